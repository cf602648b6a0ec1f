package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.guard.GuardedBody.Passed;
import dev.gimbal.gateway.core.guard.GuardedBody.Refused;
import dev.gimbal.gateway.core.wire.BufferBytes;
import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Verdict;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The guards of one call. On its event loop; what it gives back completes there too.
public final class CallGuard {
  /// A larger body is judged on another thread: a loop judges this much in a millisecond or two.
  private static final int JUDGED_ON_LOOP = 128 << 10;

  private final GuardSet guards;
  private final GuardedCall call;
  private final GuardPools pools;
  private final GuardSession session;
  private final Asker asker;

  CallGuard(GuardSet guards, GuardedCall call, GuardPools pools) {
    this.guards = guards;
    this.call = call;
    this.pools = pools;
    this.session = new GuardSession(guards);
    this.asker = (guard, text) -> pools.ask(guard, text, call);
  }

  /// Whether a guard looks at what the caller sends.
  public boolean guardsPrompt() {
    return guards.looksAtPrompts();
  }

  /// Whether a guard looks at what the model says, or pseudonyms are to be put back.
  public boolean guardsAnswer() {
    return guards.looksAtAnswers();
  }

  /// Judges a body as the caller sent it, in any dialect. Complete at once, unless it is large or
  /// a slow guard is asked.
  ///
  /// @param retrieved what of its texts was found for the call, in order
  public CompletionStage<GuardedBody> prompt(Buffer body, List<Stretch> retrieved) {
    return guardsPrompt() ? judge(body, retrieved, false) : passed(body);
  }

  /// Judges a whole answer in the caller's dialect; also a stream as a JSON array, once whole.
  public CompletionStage<GuardedBody> answer(Buffer body) {
    return guardsAnswer() ? judge(body, List.of(), true) : passed(body);
  }

  /// For an answer that comes as events; null: no guard looks at it.
  public @Nullable AnswerGuard stream(AnswerGuard.Out out) {
    return guardsAnswer() ? new AnswerGuard(session, asker, guards.changesAnswers(), out) : null;
  }

  /// What each guard said so far; never a text.
  public List<Verdict> verdicts() {
    return session.verdicts();
  }

  /// Whether a guard that flags found something.
  public boolean flagged() {
    return session.flagged();
  }

  private static CompletionStage<GuardedBody> passed(Buffer body) {
    return CompletableFuture.completedFuture(new Passed(body, false));
  }

  private CompletionStage<GuardedBody> judge(
      Buffer body, List<Stretch> retrieved, boolean fromModel) {
    if (body.length() <= JUDGED_ON_LOOP) {
      return judged(body, retrieved, fromModel);
    }
    CompletableFuture<GuardedBody> judged = new CompletableFuture<>();
    try {
      pools
          .bodies()
          .execute(
              () -> {
                try {
                  CompletionStage<GuardedBody> done = judged(body, retrieved, fromModel);
                  call.loop().execute(() -> forward(done, judged));
                } catch (RuntimeException e) {
                  call.loop().execute(() -> judged.completeExceptionally(e));
                }
              });
    } catch (RejectedExecutionException e) {
      judged.complete(
          new Refused(
              new GatewayException(
                  GatewayError.GUARD_UNAVAILABLE, "Too many large bodies wait to be judged.")));
    }
    return judged;
  }

  private static void forward(
      CompletionStage<GuardedBody> from, CompletableFuture<GuardedBody> to) {
    from.whenComplete(
        (body, failure) -> {
          if (failure == null) {
            to.complete(body);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  private CompletionStage<GuardedBody> judged(
      Buffer body, List<Stretch> retrieved, boolean fromModel) {
    byte[] bytes = BufferBytes.whole(body);
    if (fromModel && isArray(bytes)) {
      return CompletableFuture.completedFuture(array(bytes, body));
    }
    return new BodyGuard(session, fromModel, asker, bytes)
        .judge(retrieved, fromModel && guards.changesAnswers())
        .thenApply(edits -> result(body, edits));
  }

  private static boolean isArray(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
    return at < bytes.length && bytes[at] == '[';
  }

  /// Elements that carry pieces of one answer. Slow guards that block do not see it, and what they
  /// cannot see fails as they declare.
  private GuardedBody array(byte[] bytes, Buffer body) {
    Collected collected = new Collected();
    AnswerGuard guard = new AnswerGuard(session, asker, guards.changesAnswers(), collected);
    guard.whole(bytes);
    boolean ended = guard.end().toCompletableFuture().isDone();
    if (collected.why != null) {
      return new Refused(collected.why);
    }
    byte[] made = collected.bytes;
    if (!ended || made == null) {
      return new Refused(
          new GatewayException(
              GatewayError.GUARD_UNAVAILABLE,
              "A guard cannot judge a stream as a JSON array; ask for events."));
    }
    return Arrays.equals(made, bytes)
        ? new Passed(body, false)
        : new Passed(Buffer.buffer(made), true);
  }

  private static final class Collected implements AnswerGuard.Out {
    private byte @Nullable [] bytes;
    private @Nullable GatewayException why;

    @Override
    public void event(byte[] event, int from, int to) {
      bytes = event;
    }

    @Override
    public void refused(GatewayException refusal) {
      why = refusal;
    }
  }

  private GuardedBody result(Buffer body, List<Edit> edits) {
    GatewayException why = Refusals.of(session.refusal());
    if (why != null) {
      return new Refused(why);
    }
    return new Passed(Edit.splice(body, edits), !edits.isEmpty());
  }
}

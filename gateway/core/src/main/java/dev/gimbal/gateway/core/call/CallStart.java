package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.CachePolicy;
import dev.gimbal.gateway.cache.ContextTrim;
import dev.gimbal.gateway.cache.ContextTrim.Form;
import dev.gimbal.gateway.cache.Look;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.cache.PromptPolicy;
import dev.gimbal.gateway.core.cache.RoutePolicy;
import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.guard.GuardedBody;
import dev.gimbal.gateway.core.guard.GuardedCall;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What stands between a call and its first target, in this order: the right, the candidates, its
/// place among the requests, the guards of the prompt, the cache, the length of the prompt, the
/// money. On the call's loop; a step that waits (a lease, a slow guard) goes on there later.
final class CallStart {
  /// Bytes of a prompt that are trimmed at once: about a third of a millisecond (assumed).
  private static final int TRIMMED_ON_LOOP = 32 << 10;

  private final Pipeline pipeline;
  private final Answer answer;
  private final Spend spend;
  private final CallGuard guard;
  private Next next;
  private CallTicket ticket;
  private @Nullable Plan plan;
  private PromptPolicy prompts = PromptPolicy.OFF;
  private @Nullable CachedCall cached;

  /// Hears how it went, once.
  interface Next {
    void refused(GimbalException why);

    /// The call may be opened and sent, or answered from the cache ([CallStart#cached]).
    ///
    /// @param ready with the body as guards left it
    void ready(CallTicket ready, Plan plan);

    /// Whether the caller has left meanwhile.
    boolean left();
  }

  CallStart(Pipeline pipeline, CallTicket ticket, Answer answer, Spend spend, Next next) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.spend = spend;
    this.next = next;
    this.guard =
        pipeline
            .guards()
            .apply(
                new GuardedCall(
                    ticket.id(),
                    ticket.principal(),
                    ticket.fields().model(),
                    ticket.origin().app(),
                    ticket.origin().parent(),
                    work -> ticket.context().runOnContext(v -> work.run())));
  }

  /// The guards of this call.
  CallGuard guard() {
    return guard;
  }

  /// What the cache said; null: it was not asked.
  @Nullable CachedCall cached() {
    return cached;
  }

  /// What is done with the prompt on its way.
  PromptPolicy prompts() {
    return prompts;
  }

  void begin() {
    Plan found;
    try {
      found = new Admission(pipeline, ticket).plan();
    } catch (GimbalException e) {
      next.refused(e);
      return;
    }
    plan = found;
    await(found.pin(), nothing -> await(spend.enter(ticket.subject(found.route())), this::entered));
  }

  private void entered(SpendingDecision verdict) {
    answer.limits(verdict.standing());
    switch (verdict) {
      case SpendingDecision.Refused refused -> next.refused(refused.why());
      case SpendingDecision.Admitted admitted -> {
        spend.entered(admitted.reservation());
        await(guard.prompt(ticket.body(), ticket.origin().retrieved()), this::guarded);
      }
    }
  }

  private void guarded(GuardedBody judged) {
    switch (judged) {
      case GuardedBody.Refused(GatewayException why) -> next.refused(why);
      case GuardedBody.Passed(Buffer body, boolean changed) -> {
        if (changed) {
          ticket = ticket.with(body, again(body));
        }
        look();
      }
    }
  }

  /// Where the fields stand in a body that was changed.
  private CallFields again(Buffer body) {
    CallScan scan = ticket.fields().scan();
    scan.feed(body.getBytes(), 0, body.length());
    return scan.finish();
  }

  private void look() {
    RoutePolicy policy =
        pipeline.cache().policies().route(ticket.principal().tenant(), ticket.fields().model());
    if (policy == null) {
      hold();
      return;
    }
    prompts = policy.prompt();
    CachePolicy keeps = policy.cache();
    if (!keeps.on() || !CachedCall.takes(ticket)) {
      trim();
      return;
    }
    if (keeps.semantic() && !CachedCall.chats(ticket.endpoint())) {
      keeps = keeps.onlyExact();
    }
    CompletionStage<Look> look =
        pipeline
            .cache()
            .answers()
            .look(
                CachedCall.question(ticket, plan().models().getFirst()),
                keeps,
                ticket.cache(),
                Ledger.text(ticket.id()));
    Stages.onLoop(ticket.context(), look, this::looked);
  }

  /// From here on the call may owe the cache something: whatever happens, it is told.
  private void looked(@Nullable Look look, @Nullable Throwable failure) {
    if (look == null) {
      next.refused(Stages.known(Objects.requireNonNull(failure, "neither look nor failure")));
      return;
    }
    CachedCall said = new CachedCall(look);
    cached = said;
    answer.cached(said.said(), said.key());
    if (next.left()) {
      next.refused(gone());
    } else if (said.answered()) {
      next.ready(ticket, plan());
    } else {
      trim();
    }
  }

  /// The model must be asked although the cache was to answer: somebody else hears how it goes from
  /// here.
  void ask(Next then) {
    next = then;
    trim();
  }

  private void trim() {
    Long most = prompts.mostTokens();
    Form form =
        switch (ticket.endpoint()) {
          case CHAT_COMPLETIONS -> Form.CHAT;
          case MESSAGES -> Form.MESSAGES;
          case RESPONSES -> Form.RESPONSES;
          case GENERATE_CONTENT -> Form.GEMINI;
          default -> null;
        };
    if (most == null || form == null) {
      hold();
      return;
    }
    byte[] body = ticket.body().getBytes();
    if (body.length <= TRIMMED_ON_LOOP) {
      trimmed(form, ContextTrim.fit(form, body, most));
    } else {
      await(
          CompletableFuture.supplyAsync(
              () -> ContextTrim.fit(form, body, most), pipeline.evidence().beside()),
          fitted -> trimmed(form, fitted));
    }
  }

  private void trimmed(Form form, ContextTrim.Trimmed fitted) {
    if (fitted.dropped() > 0) {
      Buffer body = Buffer.buffer(fitted.body());
      ticket = ticket.with(body, again(body));
      answer.warn(List.of("the oldest " + fitted.dropped() + " of " + form.turns()));
    }
    hold();
  }

  private void hold() {
    Plan found = plan();
    await(
        spend.hold(ticket.subject(found.route()), found.models(), ticket),
        verdict -> {
          answer.limits(verdict.standing());
          switch (verdict) {
            case SpendingDecision.Refused refused -> next.refused(refused.why());
            case SpendingDecision.Admitted admitted -> {
              spend.held(admitted.reservation());
              next.ready(ticket, found);
            }
          }
        });
  }

  private <T> void await(CompletionStage<T> stage, Consumer<T> then) {
    Stages.onLoop(
        ticket.context(),
        stage,
        (value, failure) -> {
          if (next.left()) {
            if (value instanceof SpendingDecision.Admitted admitted) {
              admitted.reservation().settle(0L, 0L);
            }
            next.refused(gone());
          } else if (failure != null) {
            next.refused(Stages.known(failure));
          } else {
            then.accept(value);
          }
        });
  }

  private static GatewayException gone() {
    return new GatewayException(GatewayError.CALL_CANCELLED, "The caller left.");
  }

  private Plan plan() {
    return Objects.requireNonNull(plan, "the call was planned");
  }
}

package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.route.Attempt;
import dev.gimbal.gateway.core.route.Learning;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.route.Verdict;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Asks one target of a call after the other until one answers, and counts what all of them used.
/// On the call's loop.
final class Attempts implements Dispatch.Sender {
  private final Pipeline pipeline;
  private final CallRun run;
  private final CallRecord record;
  private final Spend spend;
  private final long began = System.nanoTime();

  private CallTicket ticket;
  private AnswerScan scan;
  private Tokens before = Tokens.NONE;
  private @Nullable CallStart start;
  private @Nullable Plan plan;
  private @Nullable Attempt attempt;
  private @Nullable Dispatch dispatch;
  private @Nullable Learning learning;
  private @Nullable ErrorAnswer lastError;
  private @Nullable Failure lastFailure;
  private @Nullable String lastCode;
  private long deadline;
  private boolean usageAdded;
  private boolean usageRejected;
  private boolean usageEstimated;
  private boolean wentUp;
  private @Nullable Long saved;
  private int sending;

  Attempts(Pipeline pipeline, CallRun run, CallRecord record, CallTicket ticket, Spend spend) {
    this.pipeline = pipeline;
    this.run = run;
    this.record = record;
    this.spend = spend;
    this.ticket = ticket;
    this.scan = Scans.of(ticket.endpoint());
    this.deadline = began + ticket.origin().whole().toNanos();
  }

  /// What is to be asked, and whom.
  void planned(CallTicket ready, Plan found, CallStart begun) {
    ticket = ready;
    plan = found;
    start = begun;
    TimeLimits limits = found.timeLimits();
    if (limits != null && limits.whole() != null) {
      deadline = Math.min(deadline, began + limits.whole().toNanos());
    }
  }

  /// The answer comes from the cache: a kept stream says usage that this caller may not have asked
  /// for.
  void replays() {
    usageAdded = Dispatch.optionalUsage(ticket);
  }

  AnswerScan scan() {
    return scan;
  }

  boolean usageAdded() {
    return usageAdded;
  }

  /// Whether a dispatch has not been given up.
  boolean current(int number) {
    return number == sending;
  }

  /// Whether the answer that comes is to be judged before it leaves.
  boolean judged() {
    return attempt != null && attempt.judged();
  }

  /// Whether a target is being asked.
  boolean asking() {
    return attempt != null;
  }

  /// Whether a target was asked.
  boolean asked() {
    return attempt != null || !before.equals(Tokens.NONE);
  }

  /// Whether the answer is the one that the call is for: of its first target, or of one that it was
  /// sent up to. An answer of a stopgap is not.
  boolean due() {
    return wentUp || (attempt != null && attempt.model().equals(plan().models().getFirst()));
  }

  /// A piece of an answer came.
  void heard(Buffer bytes) {
    if (learning != null) {
      learning.heard(bytes);
    }
  }

  /// The same end, once what was learnt of the answer is known everywhere.
  CompletionStage<Void> known(CompletionStage<Void> settled) {
    if (learning == null) {
      return settled;
    }
    CompletionStage<Void> known = learning.over();
    return settled.thenCompose(done -> known);
  }

  /// The answer has begun.
  void firstByte() {
    if (attempt != null) {
      attempt.firstByte();
    }
  }

  /// Asks the next target, when there is one that can be asked.
  void next() {
    Stages.onLoop(ticket.context(), plan().next(deadline), this::stepped);
  }

  private void stepped(Plan.@Nullable Step step, @Nullable Throwable failure) {
    if (step instanceof Plan.Step.Go(Attempt to)) {
      if (run.over()) {
        to.cancelled();
        return;
      }
      attempt = to;
      lastFailure = null;
      usageRejected = false;
      if (to.number() > 1) {
        scan = Scans.of(ticket.endpoint());
      }
      learning = plan().learning(to);
      dispatch =
          new Dispatch(
              pipeline,
              ticket,
              new Dispatch.To(to.target(), to.provider(), plan().timeLimits()),
              started().prompts().marks());
      record.answeredBy(to.model());
      send();
    } else if (!run.over()) {
      ErrorAnswer earlier = lastError;
      run.fail(
          earlier != null
              ? earlier
              : ErrorAnswer.of(
                  step instanceof Plan.Step.Refused(GatewayException why)
                      ? why
                      : Stages.known(Objects.requireNonNull(failure, "neither step nor failure"))));
    }
  }

  private void send() {
    Dispatch to = Objects.requireNonNull(dispatch, "the call has no target");
    run.sending();
    usageAdded = to.addsUsage(usageRejected);
    usageEstimated = false;
    CachedCall cached = started().cached();
    UpstreamListener hears = cached == null ? run : cached.recorded(run, run.outgoing());
    to.send(usageRejected, new Hearing(hears, this, ++sending), this);
  }

  @Override
  public void sent(UpstreamCall call) {
    run.sent(call);
  }

  @Override
  public CompletionStage<Boolean> again(int bytes, Dispatch.Tries used) {
    return spend.again(bytes, Accounting.add(before, tokens(used)));
  }

  @Override
  public void used(Dispatch.Tries used) {
    before = Accounting.add(before, tokens(used));
  }

  private Tokens tokens(Dispatch.Tries used) {
    Attempt last = attempt;
    Price price = last == null ? null : price(last.model());
    return Accounting.tokens(used, price);
  }

  @Override
  public void unsent(GimbalException why) {
    run.fail(ErrorAnswer.of(why));
  }

  @Override
  public void leftOut(List<String> fields) {
    run.leftOut(fields);
  }

  @Override
  public void estimated() {
    usageEstimated = true;
  }

  @Override
  public boolean over() {
    return run.over();
  }

  /// Sends anew, without what the upstream did not understand; false if that was not ours.
  boolean againWithoutUsage() {
    Dispatch to = dispatch;
    boolean wished = to != null && to.wishesUsage();
    if (!wished || usageRejected || run.outgoing().committed()) {
      return false;
    }
    usageRejected = true;
    send();
    return true;
  }

  /// The target failed. Where the caller has had nothing of its answer yet, it or another one may
  /// be asked again.
  ///
  /// @return the error to tell the caller; null: somebody is asked again
  @Nullable ErrorAnswer failed(Failure failure, ErrorAnswer error) {
    Attempt last = attempt;
    if (last == null || run.over()) {
      return error;
    }
    last.failed(failure);
    lastFailure = failure;
    lastCode = error.code();
    return switch (plan().after(last, failure, run.outgoing().committed(), deadline)) {
      case Plan.After.GiveUp giveUp -> plan().told(error).after(giveUp.retryAfter());
      case Plan.After.Again again -> {
        lastError = error;
        attempt = null;
        sending++;
        Tokens wasted = Accounting.wasted(ticket, scan, price(last.model()));
        before = Accounting.add(before, wasted);
        CallNotes.attempt(record, last, failure.text(), error.code(), wasted.costNanoUsd());
        run.again();
        long wait = again.delay().toMillis();
        if (wait <= 0) {
          nextIfHeld();
        } else {
          pipeline.vertx().setTimer(wait, id -> nextIfHeld());
        }
        yield null;
      }
    };
  }

  /// A larger model, or another one, is asked only if its money can be had beside what was used.
  private void nextIfHeld() {
    if (run.over()) {
      return;
    }
    Stages.onLoop(
        ticket.context(),
        spend.again(ticket.body().length(), before),
        (held, failure) -> {
          if (Boolean.TRUE.equals(held) && !run.over()) {
            next();
          } else if (!run.over()) {
            run.fail(
                ErrorAnswer.of(
                    new GatewayException(
                        GatewayError.BUDGET_SPENT,
                        "The budget does not hold the call to another model.")));
          }
        });
  }

  /// The upstream told the caller of an error itself.
  void failedInBand() {
    if (attempt != null) {
      attempt.failed(Failure.inBand(0));
    }
  }

  /// Whether a small model's answer is good enough, or the call goes up.
  CompletionStage<Verdict> judge(Buffer whole, boolean events) {
    return plan()
        .judge(Objects.requireNonNull(attempt, "an answer came of no attempt"), whole, events);
  }

  /// Asks the next one, as this answer is not good enough.
  void goUp(Verdict.Up up) {
    Attempt judged = Objects.requireNonNull(attempt, "an answer came of no attempt");
    record.note("gimbal.escalated", up.reason());
    Tokens tokens = tokens(Outcome.SUCCEEDED);
    judged.succeeded(Accounting.sum(tokens));
    saved = Accounting.add(saved, plan().settled(judged, false, Accounting.spent(tokens)));
    CallNotes.attempt(record, judged, "judged " + up.reason(), null, tokens.costNanoUsd());
    before = Accounting.add(before, tokens);
    attempt = null;
    wentUp = true;
    run.outgoing().drop();
    nextIfHeld();
  }

  /// Nobody is asked any more. Gives back what the last attempt holds, with what it came to.
  ///
  /// @return what all of them used
  Tokens end(Outcome outcome) {
    Attempt last = attempt;
    if (last == null) {
      return before;
    }
    Tokens tokens = tokens(outcome);
    if (last.number() > 1) {
      Failure failure = lastFailure;
      CallNotes.attempt(
          record,
          last,
          failure == null ? Words.of(outcome) : failure.text(),
          failure == null ? null : lastCode,
          tokens.costNanoUsd());
    }
    if (outcome == Outcome.SUCCEEDED) {
      last.succeeded(Accounting.sum(tokens));
      saved = Accounting.add(saved, plan().settled(last, true, Accounting.spent(tokens)));
    } else {
      last.cancelled();
    }
    return Accounting.add(before, tokens);
  }

  /// What asking a small model first saved, less what it cost in vain; null: nothing, or nobody
  /// knows. Behind [#end].
  @Nullable Long saved() {
    return saved;
  }

  /// The caller left while a target was waited for.
  void cancel() {
    if (plan != null) {
      plan.cancel();
    }
  }

  private Tokens tokens(Outcome outcome) {
    Attempt last = attempt;
    Price price = last == null ? null : price(last.model());
    Tokens tokens = Accounting.tokens(ticket, scan, price, outcome);
    return usageEstimated ? Accounting.estimated(tokens) : tokens;
  }

  private @Nullable Price price(String model) {
    return pipeline.prices().find(ticket.principal().tenant(), model, ticket.at());
  }

  private Plan plan() {
    return Objects.requireNonNull(plan, "the call was not planned");
  }

  private CallStart started() {
    return Objects.requireNonNull(start, "the call was not planned");
  }
}

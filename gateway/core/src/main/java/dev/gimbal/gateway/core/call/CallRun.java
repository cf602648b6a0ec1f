package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.guard.GuardedBody;
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
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call on its way: cleared by [CallStart], put on record, sent to one target after the other
/// until one answers, handed on, settled. Lives on one event loop. It ends exactly once, by
/// [#finish], whatever happens first: the upstream's end, its failure, a deadline, a spent budget
/// or the caller's leaving.
final class CallRun implements UpstreamListener, RunningCall, Dispatch.Sender, CallStart.Next {
  private static final Logger LOG = LoggerFactory.getLogger(CallRun.class);
  private static final int GONE = 499;

  private final Pipeline pipeline;
  private final Answer answer;
  private final Outgoing outgoing;
  private final CallTimer timer;
  private final CallRecord record;
  private final Spend spend;
  private final CallStart start;
  private final long deadline;

  private CallTicket ticket;
  private AnswerScan scan;
  private Tokens before = Tokens.NONE;
  private @Nullable Plan plan;
  private @Nullable Attempt attempt;
  private @Nullable Dispatch dispatch;
  private @Nullable UpstreamCall upstream;
  private @Nullable Relay relay;
  private @Nullable Learning learning;
  private @Nullable ErrorAnswer lastError;
  private boolean usageAdded;
  private boolean usageRejected;
  private boolean opened;
  private boolean finishing;
  private boolean gone;
  private int sending;

  CallRun(Pipeline pipeline, CallTicket ticket, Answer answer) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.scan = Scans.of(ticket.endpoint());
    this.record =
        new CallRecord(pipeline.evidence(), ticket, ticket.kind(), ticket.fields().model());
    this.timer =
        new CallTimer(pipeline.vertx(), pipeline.deadlines(), ticket.origin().whole(), this);
    this.outgoing = new Outgoing(answer, timer, record);
    this.spend = new Spend(pipeline.spending(), pipeline.prices(), ticket);
    this.start = new CallStart(pipeline, ticket, answer, spend, this);
    this.deadline = System.nanoTime() + ticket.origin().whole().toNanos();
  }

  void start() {
    start.begin();
  }

  @Override
  public boolean left() {
    return gone;
  }

  /// A call that goes nowhere is on record too.
  @Override
  public void refused(GimbalException refusal) {
    finishing = true;
    ErrorAnswer error = ErrorAnswer.of(refusal);
    spend.settle(Tokens.NONE, false, false);
    noteVerdicts();
    End end = new End(gone ? Outcome.CANCELLED : Outcome.REFUSED, error.status(), error.code());
    CompletionStage<Void> recorded =
        record.open(null).thenCompose(done -> record.settle(end, Tokens.NONE));
    onLoop(
        recorded, failure -> answer.refuse(failure == null ? error : Outgoing.unrecorded(failure)));
  }

  @Override
  public void ready(CallTicket ready, Plan found) {
    ticket = ready;
    plan = found;
    record.sends(ready.body());
    record.model(found.models().getFirst());
    if (found.route() != null) {
      record.note("gimbal.route", found.route());
    }
    onLoop(record.open(spend.worst()), this::openedOrNot);
  }

  private void openedOrNot(@Nullable Throwable failure) {
    if (failure != null) {
      finishing = true;
      spend.settle(Tokens.NONE, false, false);
      answer.refuse(Outgoing.unrecorded(failure));
      return;
    }
    opened = true;
    pipeline.running().began(ticket, this::cancelled);
    if (gone) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    } else {
      timer.start();
      next();
    }
  }

  /// Asks the next target, when there is one that can be asked.
  private void next() {
    Stages.onLoop(ticket.context(), plan().next(deadline), this::stepped);
  }

  private void stepped(Plan.@Nullable Step step, @Nullable Throwable failure) {
    if (step instanceof Plan.Step.Go(Attempt to)) {
      if (finishing) {
        to.cancelled();
        return;
      }
      attempt = to;
      usageRejected = false;
      if (to.number() > 1) {
        scan = Scans.of(ticket.endpoint());
      }
      learning = plan().learning(to);
      dispatch = new Dispatch(pipeline, ticket, to.target(), to.provider());
      record.answeredBy(to.model());
      send();
    } else if (!finishing) {
      ErrorAnswer earlier = lastError;
      fail(
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
    relay = null;
    upstream = null;
    usageAdded = to.addsUsage(usageRejected);
    int mine = ++sending;
    to.send(usageAdded, new Hearing(this, () -> mine == sending), this);
  }

  @Override
  public void sent(UpstreamCall call) {
    upstream = call;
  }

  @Override
  public void unsent(GimbalException why) {
    fail(ErrorAnswer.of(why));
  }

  @Override
  public void leftOut(List<String> fields) {
    if (!outgoing.begun()) {
      answer.warn(fields);
    }
  }

  @Override
  public boolean over() {
    return finishing;
  }

  /// Sends anew, without what the upstream did not understand; false if that was not ours.
  boolean againWithoutUsage() {
    if (!usageAdded || usageRejected || outgoing.committed()) {
      return false;
    }
    usageRejected = true;
    send();
    return true;
  }

  @Override
  public void head(int status, MultiMap headers) {
    if (finishing) {
      return;
    }
    timer.heard();
    if (attempt != null && attempt.judged()) {
      outgoing.hold();
    }
    relay =
        Relays.of(
            new Relays.Heard(this, ticket, scan, start.guard(), usageAdded),
            status,
            headers,
            pipeline.evidence().clock());
  }

  @Override
  public void data(Buffer bytes) {
    if (finishing || relay == null) {
      return;
    }
    timer.heard();
    if (learning != null) {
      learning.heard(bytes);
    }
    relay.data(bytes);
    if (finishing) {
      return;
    }
    spend.heard(
        scan.saidBytes(), raised -> Stages.onLoop(ticket.context(), raised, this::raisedOrNot));
    if (outgoing.full() && upstream != null && !finishing) {
      timer.pause();
      upstream.pause();
    }
  }

  private void raisedOrNot(@Nullable Boolean more, @Nullable Throwable failure) {
    spend.raised();
    if (!finishing && (failure != null || !Boolean.TRUE.equals(more))) {
      fail(
          ErrorAnswer.of(
              new GatewayException(
                  GatewayError.BUDGET_SPENT, "The budget does not hold the rest of the answer.")));
    }
  }

  @Override
  public void end() {
    if (!finishing && relay != null) {
      relay.end();
    }
  }

  @Override
  public void failed(GatewayException failure) {
    if (finishing) {
      return;
    }
    if (relay == null) {
      boolean late = failure.errorCode() == GatewayError.UPSTREAM_TIMED_OUT;
      fail(late ? Failure.timedOut() : Failure.connect(), ErrorAnswer.of(failure));
    } else {
      relay.failed(failure);
    }
  }

  @Override
  public void drained() {
    if (!finishing && upstream != null) {
      timer.resume();
      upstream.resume();
    }
  }

  @Override
  public void gone() {
    if (gone) {
      return;
    }
    gone = true;
    cancelUpstream();
    if (plan != null) {
      plan.cancel();
    }
    if (opened && !finishing) {
      finish(new End(Outcome.CANCELLED, outgoing.begun() ? 200 : GONE, null), () -> {});
    }
  }

  /// Somebody who may do so ends the call.
  private void cancelled() {
    if (!finishing) {
      fail(
          Outcome.CANCELLED,
          ErrorAnswer.of(new GatewayException(GatewayError.CALL_CANCELLED, "Cancelled by hand.")));
    }
  }

  private void cancelUpstream() {
    if (upstream != null) {
      upstream.cancel();
    }
  }

  /// A deadline passed.
  void timedOut(String message, boolean whole) {
    cancelUpstream();
    GatewayException late = new GatewayException(GatewayError.UPSTREAM_TIMED_OUT, message);
    if (whole || attempt == null) {
      fail(ErrorAnswer.of(late));
    } else {
      fail(Failure.timedOut(), ErrorAnswer.of(late));
    }
  }

  /// The caller reads nothing.
  void stalled() {
    answer.cut();
    gone();
  }

  /// `[DONE]` was there long ago and the upstream does not end.
  void endNow() {
    cancelUpstream();
    end();
  }

  /// Time for a sign of life, if this is a stream and between two events.
  void keepAlive() {
    boolean between = relay instanceof EventRelay events ? events.atBoundary() : true;
    if (ticket.fields().stream() && between && !finishing) {
      outgoing.comment();
    }
  }

  Outgoing outgoing() {
    return outgoing;
  }

  /// A piece of the answer itself was heard.
  void heardAnswer() {
    timer.heardAnswer();
    record.firstByte();
    if (attempt != null) {
      attempt.firstByte();
    }
  }

  void lastEventHeard() {
    timer.lastEventHeard();
  }

  /// The answer is whole but for `last`, which leaves when the call is on record.
  void succeed(int status, String contentType, Buffer last) {
    if (outgoing.holds()) {
      judge(status, contentType, last);
    } else if (outgoing.committed() || contentType.startsWith(Outgoing.EVENTS)) {
      conclude(status, contentType, last);
    } else {
      guarded(last, judged -> conclude(status, contentType, judged));
    }
  }

  /// Lets the guards of the answer see a whole one before it goes on.
  void guarded(Buffer whole, Consumer<Buffer> then) {
    if (!start.guard().guardsAnswer()) {
      then.accept(whole);
      return;
    }
    Stages.onLoop(
        ticket.context(),
        start.guard().answer(whole),
        (judged, failure) -> {
          if (finishing) {
            return;
          }
          switch (judged) {
            case GuardedBody.Passed passed -> then.accept(passed.body());
            case GuardedBody.Refused(GatewayException why) -> fail(ErrorAnswer.of(why));
            case null ->
                fail(ErrorAnswer.of(Stages.known(Objects.requireNonNull(failure, "no verdict"))));
          }
        });
  }

  private void conclude(int status, String contentType, Buffer last) {
    record.said(last);
    finish(
        new End(Outcome.SUCCEEDED, status, null), () -> outgoing.whole(status, contentType, last));
  }

  /// Whether a small model's answer is good enough, or the call goes up.
  private void judge(int status, String contentType, Buffer last) {
    Buffer whole = outgoing.held().copy().appendBuffer(last);
    Attempt judged = Objects.requireNonNull(attempt, "an answer came of no attempt");
    Stages.onLoop(
        ticket.context(),
        plan().judge(judged, whole, contentType.startsWith(Outgoing.EVENTS)),
        (verdict, failure) -> {
          if (finishing) {
            return;
          }
          if (verdict instanceof Verdict.Up up) {
            goUp(judged, up);
          } else {
            outgoing.release();
            succeed(status, contentType, last);
          }
        });
  }

  private void goUp(Attempt judged, Verdict.Up up) {
    record.note("gimbal.escalated", up.reason());
    Tokens tokens = tokens(Outcome.SUCCEEDED);
    judged.succeeded(Accounting.sum(tokens));
    plan().settled(judged, false, Accounting.spent(tokens));
    before = Accounting.add(before, tokens);
    attempt = null;
    outgoing.drop();
    next();
  }

  /// The upstream told the caller of an error itself, in the stream.
  void endInError(Buffer last) {
    String code = GatewayError.UPSTREAM_FAILED.code();
    if (attempt != null) {
      attempt.failed(Failure.inBand(0));
    }
    finish(new End(Outcome.FAILED, 200, code), () -> answer.end(last));
  }

  /// The target failed. Where the caller has had nothing of its answer yet, it or another one may
  /// be asked again.
  void fail(Failure failure, ErrorAnswer error) {
    cancelUpstream();
    Attempt failed = attempt;
    if (failed == null || finishing) {
      fail(error);
      return;
    }
    failed.failed(failure);
    switch (plan().after(failed, failure, outgoing.committed(), deadline)) {
      case Plan.After.GiveUp giveUp -> fail(plan().told(error).after(giveUp.retryAfter()));
      case Plan.After.Again again -> {
        lastError = error;
        attempt = null;
        relay = null;
        sending++;
        before = Accounting.add(before, Accounting.wasted(ticket, scan, price(failed.model())));
        outgoing.drop();
        timer.again();
        long wait = again.delay().toMillis();
        if (wait <= 0) {
          next();
        } else {
          pipeline.vertx().setTimer(wait, id -> nextUnlessOver());
        }
      }
    }
  }

  private void nextUnlessOver() {
    if (!finishing) {
      next();
    }
  }

  /// There is no answer, or no more of it.
  void fail(ErrorAnswer error) {
    fail(Outcome.FAILED, error);
  }

  private void fail(Outcome outcome, ErrorAnswer error) {
    cancelUpstream();
    boolean between = !(relay instanceof EventRelay events) || events.atEventEnd();
    int status = outgoing.begun() ? 200 : error.status();
    finish(
        new End(outcome, status, error.code()),
        () -> outgoing.fail(error, ErrorForm.of(ticket.endpoint()), between));
  }

  private void finish(End end, Runnable last) {
    if (finishing) {
      return;
    }
    finishing = true;
    timer.stop();
    Tokens mine = attempt == null ? Tokens.NONE : tokens(end.outcome());
    Tokens tokens = Accounting.add(before, mine);
    leave(end, mine);
    spend.settle(
        tokens, attempt != null || !before.equals(Tokens.NONE), end.outcome() != Outcome.FAILED);
    noteVerdicts();
    CompletionStage<Void> settled = record.settle(end, tokens);
    if (learning != null) {
      CompletionStage<Void> known = learning.over();
      settled = settled.thenCompose(done -> known);
    }
    onLoop(
        settled,
        failure -> {
          pipeline.running().ended(ticket);
          if (gone) {
            return;
          }
          if (failure == null) {
            answer.used(tokens);
            last.run();
          } else if (outgoing.begun()) {
            LOG.error("call {} could not be settled", Ledger.text(ticket.id()), failure);
            answer.cut();
          } else {
            answer.refuse(Outgoing.unrecorded(failure));
          }
        });
  }

  /// What guards said stands on the call's span: who, where, what kind, how often; never a text.
  private void noteVerdicts() {
    for (dev.gimbal.gateway.guard.Verdict verdict : start.guard().verdicts()) {
      record.note(
          "gimbal.guard." + verdict.guard() + "." + Words.of(verdict.place()),
          Words.of(verdict.outcome()) + " " + Words.of(verdict.action()) + " " + verdict.found());
    }
  }

  /// Gives back what the attempt holds, with what it came to.
  private void leave(End end, Tokens tokens) {
    Attempt last = attempt;
    if (last == null) {
      return;
    }
    if (end.outcome() == Outcome.SUCCEEDED) {
      last.succeeded(Accounting.sum(tokens));
      plan().settled(last, true, Accounting.spent(tokens));
    } else {
      last.cancelled();
    }
  }

  private Tokens tokens(Outcome outcome) {
    Attempt last = attempt;
    Price price = last == null ? null : price(last.model());
    return Accounting.tokens(ticket, scan, price, outcome);
  }

  private @Nullable Price price(String model) {
    return pipeline.prices().find(ticket.principal().tenant(), model, ticket.at());
  }

  private Plan plan() {
    return Objects.requireNonNull(plan, "the call was not planned");
  }

  private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    Stages.onLoop(ticket.context(), stage, then);
  }
}

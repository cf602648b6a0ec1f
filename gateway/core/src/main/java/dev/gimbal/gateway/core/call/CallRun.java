package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.core.cache.FollowingUpstream;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.guard.GuardedBody;
import dev.gimbal.gateway.core.route.Attempt;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.route.Verdict;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.TimeLimits;
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

/// One call on its way: cleared by [CallStart], put on record, answered by the cache or by a target
/// ([Attempts]), handed on, settled. Lives on one event loop. It ends exactly once, by [#finish],
/// whatever happens first: the upstream's end, its failure, a deadline, a spent budget or the
/// caller's leaving.
final class CallRun
    implements UpstreamListener, RunningCall, CallStart.Next, FollowingUpstream.Turning {
  private static final Logger LOG = LoggerFactory.getLogger(CallRun.class);
  private static final int GONE = 499;

  private final Pipeline pipeline;
  private final Answer answer;
  private final Outgoing outgoing;
  private final CallTimer timer;
  private final CallRecord record;
  private final Spend spend;
  private final CallStart start;
  private final Attempts attempts;

  private CallTicket ticket;
  private @Nullable UpstreamCall upstream;
  private @Nullable Relay relay;
  private boolean opened;
  private boolean finishing;
  private boolean gone;

  CallRun(Pipeline pipeline, CallTicket ticket, Answer answer) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.record =
        new CallRecord(pipeline.evidence(), ticket, ticket.kind(), ticket.fields().model());
    this.timer =
        new CallTimer(pipeline.vertx(), pipeline.deadlines(), ticket.origin().whole(), this);
    this.outgoing = new Outgoing(answer, timer, record);
    this.spend = new Spend(pipeline.spending(), pipeline.prices(), ticket);
    this.start = new CallStart(pipeline, ticket, answer, spend, this);
    this.attempts = new Attempts(pipeline, this, record, ticket, spend);
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
    tellCache(false, Tokens.NONE);
    CallNotes.verdicts(record, start.guard());
    End end = new End(gone ? Outcome.CANCELLED : Outcome.REFUSED, error.status(), error.code());
    CompletionStage<Void> recorded =
        record.open(null).thenCompose(done -> record.settle(end, Tokens.NONE));
    onLoop(
        recorded, failure -> answer.refuse(failure == null ? error : Outgoing.unrecorded(failure)));
  }

  @Override
  public void ready(CallTicket ready, Plan found) {
    planned(ready, found);
    record.model(found.models().getFirst());
    if (found.route() != null) {
      record.note("gimbal.route", found.route());
    }
    onLoop(record.open(answered() ? Long.valueOf(0) : spend.worst()), this::openedOrNot);
  }

  private void planned(CallTicket ready, Plan found) {
    ticket = ready;
    attempts.planned(ready, found, start);
    record.sends(ready.body());
    TimeLimits limits = found.timeLimits();
    if (limits != null) {
      timer.limits(limits);
    }
  }

  /// Whether the cache answers.
  private boolean answered() {
    CachedCall cached = start.cached();
    return cached != null && cached.answered() && !attempts.asked();
  }

  private void openedOrNot(@Nullable Throwable failure) {
    if (failure != null) {
      finishing = true;
      spend.settle(Tokens.NONE, false, false);
      tellCache(false, Tokens.NONE);
      answer.refuse(Outgoing.unrecorded(failure));
      return;
    }
    opened = true;
    pipeline.running().began(ticket, this::cancelled);
    CachedCall cached = start.cached();
    if (gone) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    } else if (cached != null && cached.answered()) {
      timer.start();
      replay(cached);
    } else {
      timer.start();
      attempts.next();
    }
  }

  /// Whoever follows waits as long as the one that it follows, which has deadlines of its own.
  private void replay(CachedCall cached) {
    attempts.replays();
    if (cached.follows()) {
      timer.follows();
    }
    UpstreamCall giving = cached.answer(ticket, this, this);
    if (!finishing) {
      upstream = giving;
    }
  }

  @Override
  public void leads(Lead lead) {
    turned(lead);
    if (finishing) {
      tellCache(false, Tokens.NONE);
    }
  }

  @Override
  public void alone() {
    turned(null);
  }

  /// Nobody else answers after all: the model is asked, for money.
  private void turned(@Nullable Lead lead) {
    CachedCall cached = Objects.requireNonNull(start.cached(), "only a follower turns");
    cached.turned(lead);
    if (finishing) {
      return;
    }
    upstream = null;
    timer.again();
    if (!outgoing.begun()) {
      answer.cached(cached.said(), cached.key());
    }
    start.ask(new Asking());
  }

  /// An opened call that is to be asked of a target now.
  private final class Asking implements CallStart.Next {
    @Override
    public void refused(GimbalException why) {
      fail(gone ? Outcome.CANCELLED : Outcome.REFUSED, ErrorAnswer.of(why));
    }

    @Override
    public void ready(CallTicket ready, Plan found) {
      planned(ready, found);
      onLoop(record.open(spend.worst()), this::reopenedOrNot);
    }

    /// It was opened at nothing, while somebody else was to pay.
    private void reopenedOrNot(@Nullable Throwable failure) {
      if (finishing) {
        return;
      }
      if (failure == null) {
        attempts.next();
      } else {
        fail(Outcome.FAILED, Outgoing.unrecorded(failure));
      }
    }

    @Override
    public boolean left() {
      return finishing;
    }
  }

  /// A target is about to be asked.
  void sending() {
    relay = null;
    upstream = null;
  }

  void sent(UpstreamCall call) {
    upstream = call;
  }

  /// Fields that the target has no word for and that change nothing.
  void leftOut(List<String> fields) {
    if (!outgoing.begun()) {
      answer.warn(fields);
    }
  }

  boolean over() {
    return finishing;
  }

  /// Sends anew, without what the upstream did not understand; false if that was not ours.
  boolean againWithoutUsage() {
    return attempts.againWithoutUsage();
  }

  @Override
  public void head(int status, MultiMap headers) {
    if (finishing) {
      return;
    }
    timer.heard();
    if (attempts.judged()) {
      outgoing.hold();
    }
    relay =
        Relays.of(
            new Relays.Heard(this, ticket, attempts.scan(), start.guard(), attempts.usageAdded()),
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
    attempts.heard(bytes);
    relay.data(bytes);
    if (finishing) {
      return;
    }
    spend.heard(
        attempts.scan().saidBytes(),
        raised -> Stages.onLoop(ticket.context(), raised, this::raisedOrNot));
    if (upstream != null && !finishing && !gone && outgoing.full()) {
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
      fail(Attempt.unanswered(failure), ErrorAnswer.of(failure));
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
    CachedCall cached = start.cached();
    if (opened && !finishing && cached != null && cached.awaited()) {
      outgoing.discard();
      drained();
      return;
    }
    cancelUpstream();
    attempts.cancel();
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
    if (whole || !attempts.asking()) {
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
    boolean events = ticket.fields().stream() && !ticket.fields().array();
    if (events && between && !finishing) {
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
    attempts.firstByte();
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
    Stages.onLoop(
        ticket.context(),
        attempts.judge(whole, contentType.startsWith(Outgoing.EVENTS)),
        (verdict, failure) -> {
          if (finishing) {
            return;
          }
          if (verdict instanceof Verdict.Up up) {
            attempts.goUp(up);
          } else {
            outgoing.release();
            succeed(status, contentType, last);
          }
        });
  }

  /// The upstream told the caller of an error itself, in the stream.
  void endInError(Buffer last) {
    attempts.failedInBand();
    finish(
        new End(Outcome.FAILED, 200, GatewayError.UPSTREAM_FAILED.code()), () -> answer.end(last));
  }

  /// The target failed; it or another one may be asked again.
  void fail(Failure failure, ErrorAnswer error) {
    cancelUpstream();
    ErrorAnswer told = attempts.failed(failure, error);
    if (told != null) {
      fail(told);
    }
  }

  /// Another target is to be asked.
  void again() {
    relay = null;
    outgoing.drop();
    timer.again();
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

  private void finish(End ended, Runnable last) {
    if (finishing) {
      return;
    }
    boolean free = answered();
    finishing = true;
    timer.stop();
    boolean whole = ended.outcome() == Outcome.SUCCEEDED;
    boolean asked = attempts.asked();
    Tokens tokens =
        free
            ? CachedCall.free(ticket, attempts.scan(), ended.outcome())
            : attempts.end(ended.outcome());
    spend.settle(tokens, asked, ended.outcome() != Outcome.FAILED);
    CallNotes.verdicts(record, start.guard());
    CallNotes.cache(record, start.cached());
    CallNotes.route(record, attempts.saved());
    End end = whole && gone ? new End(Outcome.CANCELLED, ended.status(), null) : ended;
    CompletionStage<Void> settled = attempts.known(record.settle(end, tokens));
    tellCache(whole, tokens);
    onLoop(settled, failure -> told(tokens, last, failure));
  }

  private void told(Tokens tokens, Runnable last, @Nullable Throwable failure) {
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
  }

  private void tellCache(boolean whole, Tokens tokens) {
    CachedCall cached = start.cached();
    if (cached != null) {
      cached.over(whole, gone, tokens, attempts.due());
    }
  }

  private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    Stages.onLoop(ticket.context(), stage, then);
  }
}

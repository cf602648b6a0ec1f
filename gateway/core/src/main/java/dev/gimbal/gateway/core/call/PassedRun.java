package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.route.Attempt;
import dev.gimbal.gateway.core.route.Learning;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call whose bytes pass as they are: images, audio, files. Planned, limited, put on record,
/// sent, settled. It is sent again, with another credential or to another target, as long as the
/// caller has had nothing of the answer and nothing of a body that is not kept was sent on. Lives
/// on one event loop and ends exactly once, by [#finish].
final class PassedRun implements RunningCall {
  private static final Logger LOG = LoggerFactory.getLogger(PassedRun.class);
  private static final int GONE = 499;

  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final HttpAnswer answer;
  private final Sending sending;
  private final CallRecord record;
  private final PassedTimer timer;
  private final PassedTargets targets;
  private final PassedSpend spend;
  private @Nullable UpstreamCall upstream;
  private @Nullable PassedAnswer heard;
  private @Nullable Learning learning;
  private @Nullable String asked;
  private @Nullable ErrorAnswer lastError;
  private int dispatch;
  private boolean opened;
  private boolean finishing;
  private boolean gone;

  PassedRun(Pipeline pipeline, CallTicket ticket, HttpAnswer answer, Sending sending) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.sending = sending;
    this.record =
        new CallRecord(pipeline.evidence(), ticket, ticket.kind(), ticket.fields().model());
    this.timer = new PassedTimer(pipeline, this);
    this.targets = new PassedTargets(pipeline, ticket);
    this.spend = new PassedSpend(pipeline, ticket);
  }

  void start() {
    try {
      targets.admit();
    } catch (GimbalException e) {
      refuse(e);
      return;
    }
    Stages.onLoop(ticket.context(), targets.pin(), this::pinned);
  }

  private void pinned(@Nullable Throwable failure) {
    if (failure == null) {
      Stages.onLoop(ticket.context(), reserve(), this::reserved);
    } else {
      refuse(Stages.known(failure));
    }
  }

  private CompletionStage<SpendingDecision> reserve() {
    Sending.Sent first = sending.to(targets.upstreamModel());
    record.model(targets.models().getFirst());
    String route = targets.route();
    if (route != null) {
      record.note("gimbal.route", route);
    }
    return spend.hold(route, targets.models(), first.passage().length());
  }

  private void reserved(@Nullable SpendingDecision decision, @Nullable Throwable failure) {
    if (decision != null) {
      answer.limits(decision.standing());
    }
    switch (decision) {
      case SpendingDecision.Admitted admitted -> {
        spend.held(admitted.reservation());
        onLoop(record.open(spend.most()), this::openedOrNot);
      }
      case SpendingDecision.Refused refused -> refuse(refused.why());
      case null ->
          refuse(Stages.known(Objects.requireNonNull(failure, "neither decision nor failure")));
    }
  }

  private void refuse(GimbalException refusal) {
    finishing = true;
    targets.cancelled();
    ErrorAnswer error = ErrorAnswer.of(refusal);
    End end = new End(Outcome.REFUSED, error.status(), error.code());
    CompletionStage<Void> recorded =
        record.open(null).thenCompose(done -> record.settle(end, Tokens.NONE));
    onLoop(recorded, failure -> say(failure == null ? error : Outgoing.unrecorded(failure)));
  }

  private void openedOrNot(@Nullable Throwable failure) {
    if (failure != null) {
      finishing = true;
      spend.cancel();
      targets.cancelled();
      say(Outgoing.unrecorded(failure));
      return;
    }
    opened = true;
    if (gone) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    } else {
      timer.start();
      learning = targets.learning();
      ask();
    }
  }

  private void ask() {
    Stages.onLoop(ticket.context(), targets.next(), this::found);
  }

  private void found(PassedTargets.@Nullable To to, @Nullable Throwable failure) {
    if (finishing) {
      targets.cancelled();
    } else if (to != null) {
      send(to);
    } else {
      ErrorAnswer earlier = lastError;
      fail(
          earlier != null
              ? earlier
              : ErrorAnswer.of(
                  Stages.known(Objects.requireNonNull(failure, "neither target nor failure"))));
    }
  }

  private void send(PassedTargets.To to) {
    asked = to.model();
    record.answeredBy(to.model());
    Sending.Sent sent = sending.to(to.upstreamModel());
    timer.again();
    UpstreamRequest request =
        new UpstreamRequest(
            ticket.context(),
            ticket.endpoint(),
            to.upstreamModel(),
            sent.body(),
            false,
            null,
            ticket.origin().whole(),
            ticket.origin().priority(),
            ticket.origin().trace(),
            null);
    try {
      upstream = to.provider().pass(request, sent.passage(), new Heard(++dispatch));
    } catch (RuntimeException e) {
      LOG.error("provider {} did not take a call", to.provider().name(), e);
      failed(
          Failure.brokeOff(),
          ErrorAnswer.of(
              new GatewayException(GatewayError.UPSTREAM_FAILED, "The provider failed.")));
    }
  }

  /// A piece of the body was sent on.
  void sent() {
    timer.progressed();
  }

  /// Hears one dispatch, until another takes its place.
  private final class Heard implements UpstreamListener {
    private final int number;

    Heard(int number) {
      this.number = number;
    }

    private boolean current() {
      return !finishing && number == dispatch;
    }

    @Override
    public void head(int status, MultiMap headers) {
      if (current()) {
        timer.heard();
        heard =
            new PassedAnswer(PassedRun.this, answer, pipeline.evidence().clock(), status, headers);
      }
    }

    @Override
    public void data(Buffer bytes) {
      if (current() && heard != null) {
        PassedRun.this.data(heard, bytes);
      }
    }

    @Override
    public void end() {
      if (current() && heard != null) {
        heard.end();
      }
    }

    @Override
    public void failed(GatewayException failure) {
      if (current()) {
        Failure how = heard != null ? Failure.brokeOff() : Attempt.unanswered(failure);
        PassedRun.this.failed(how, ErrorAnswer.of(failure));
      }
    }
  }

  private void data(PassedAnswer to, Buffer bytes) {
    timer.progressed();
    to.data(bytes);
    if (answer.full() && upstream != null) {
      timer.pause();
      upstream.pause();
    }
  }

  /// The first byte of the answer is here.
  void firstByte() {
    record.firstByte();
    targets.firstByte();
  }

  /// A piece that can be read is kept by policy.
  void said(Buffer bytes) {
    if (learning != null) {
      learning.heard(bytes);
    }
    record.said(bytes);
  }

  /// The answer is whole but for what `last` says.
  void succeed(int status, Runnable last) {
    finish(new End(Outcome.SUCCEEDED, status, null), last);
  }

  /// The target failed. Where the caller has had nothing of its answer and its body can be sent
  /// once more, it or another one may be asked again.
  void failed(Failure failure, ErrorAnswer error) {
    if (finishing) {
      return;
    }
    cancelUpstream();
    boolean last = (heard != null && heard.begun()) || !sending.repeats();
    Attempt attempt = targets.attempt();
    switch (targets.failed(failure, last)) {
      case Plan.After.GiveUp giveUp -> {
        note(failure.text(), error.code());
        fail(targets.told(error).after(giveUp.retryAfter()));
      }
      case Plan.After.Again again -> {
        lastError = error;
        heard = null;
        upstream = null;
        dispatch++;
        if (attempt != null) {
          CallNotes.attempt(record, attempt, failure.text(), error.code(), null);
        }
        timer.again();
        long wait = again.delay().toMillis();
        if (wait <= 0) {
          ask();
        } else {
          pipeline.vertx().setTimer(wait, id -> askUnlessOver());
        }
      }
    }
  }

  private void askUnlessOver() {
    if (!finishing) {
      ask();
    }
  }

  /// How the last of several attempts ended.
  private void note(String ended, @Nullable String error) {
    Attempt attempt = targets.attempt();
    if (attempt != null && attempt.number() > 1) {
      CallNotes.attempt(record, attempt, ended, error, tokens().costNanoUsd());
    }
  }

  /// What the caller sends must not go on.
  void broken(GimbalException failure) {
    cancelUpstream();
    fail(ErrorAnswer.of(failure));
  }

  /// @param whole whether the call has no time left at all
  void timedOut(String message, boolean whole) {
    cancelUpstream();
    ErrorAnswer late =
        ErrorAnswer.of(new GatewayException(GatewayError.UPSTREAM_TIMED_OUT, message));
    if (whole || !targets.asking()) {
      fail(late);
    } else {
      failed(Failure.timedOut(), late);
    }
  }

  /// The caller sends nothing more.
  void bodyLate() {
    broken(new HttpException(HttpError.REQUEST_INVALID, "The rest of the body did not arrive."));
  }

  /// The caller reads nothing.
  void stalled() {
    answer.cut();
    gone();
  }

  /// Whether a target is being asked, and not waited for.
  boolean asking() {
    return targets.asking();
  }

  boolean bodyWhole() {
    return sending.whole();
  }

  void fail(ErrorAnswer error) {
    boolean begun = heard != null && heard.begun();
    int status = begun && heard != null ? heard.status() : error.status();
    finish(
        new End(Outcome.FAILED, status, error.code()),
        () -> {
          if (begun) {
            answer.cut();
          } else {
            answer.refuse(error);
          }
        });
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
    if (opened && !finishing) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    }
  }

  private void cancelUpstream() {
    if (upstream != null) {
      upstream.cancel();
    }
  }

  private void finish(End end, Runnable last) {
    if (finishing) {
      return;
    }
    finishing = true;
    timer.stop();
    Tokens used = tokens();
    if (end.outcome() == Outcome.SUCCEEDED) {
      note(Words.of(end.outcome()), null);
      targets.succeeded(Accounting.sum(used));
    }
    targets.cancelled();
    spend.settle(used, end.outcome());
    CompletionStage<Void> settled = record.settle(end, used);
    if (learning != null) {
      CompletionStage<Void> known = learning.over();
      settled = settled.thenCompose(done -> known);
    }
    onLoop(
        settled,
        failure -> {
          if (gone) {
            return;
          }
          sending.over();
          if (failure == null) {
            last.run();
          } else if (heard != null && heard.begun()) {
            LOG.error("call {} could not be settled", Ledger.text(ticket.id()), failure);
            answer.cut();
          } else {
            answer.refuse(Outgoing.unrecorded(failure));
          }
        });
  }

  private Tokens tokens() {
    return spend.used(asked, heard);
  }

  private void say(ErrorAnswer error) {
    sending.over();
    answer.refuse(error);
  }

  private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    Stages.onLoop(ticket.context(), stage, then);
  }
}

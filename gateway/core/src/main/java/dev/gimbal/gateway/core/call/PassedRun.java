package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.budget.Worst;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.route.Learning;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.limits.Reservation;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
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

/// One call whose bytes pass as they are: images, audio, files. Resolved, limited, put on record,
/// sent once, settled. It is neither repeated nor sent elsewhere, since its body is not kept. Lives
/// on one event loop and ends exactly once, by [#finish].
final class PassedRun implements UpstreamListener, RunningCall {
  private static final Logger LOG = LoggerFactory.getLogger(PassedRun.class);
  private static final int GONE = 499;

  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final HttpAnswer answer;
  private final Sending sending;
  private final CallRecord record;
  private final PassedTimer timer;
  private @Nullable Target target;
  private Reservation place = Reservation.FREE;
  private @Nullable UpstreamCall upstream;
  private @Nullable PassedAnswer heard;
  private @Nullable Learning learning;
  private @Nullable PassedCost cost;
  private @Nullable Sent toSend;
  private boolean opened;
  private boolean finishing;
  private boolean gone;

  /// The caller's side of the body.
  interface Sending {
    /// What is sent to a model of the target: the bytes and how they pass.
    Sent to(String upstreamModel);

    /// Whether all of it has come.
    boolean whole();

    /// The call is over: what still comes is dropped. Before the answer's last bytes.
    void over();
  }

  /// What is sent first, and how the rest passes.
  record Sent(Buffer body, Passage passage) {}

  PassedRun(Pipeline pipeline, CallTicket ticket, HttpAnswer answer, Sending sending) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.sending = sending;
    this.record =
        new CallRecord(pipeline.evidence(), ticket, ticket.kind(), ticket.fields().model());
    this.timer = new PassedTimer(pipeline, this);
  }

  void start() {
    GimbalException foreign = foreign();
    if (foreign != null) {
      refuse(foreign);
      return;
    }
    switch (new Admission(pipeline, ticket, answer).decide()) {
      case Admission.Refused(GimbalException why) -> refuse(why);
      case Admission.Admitted(Target to) -> {
        target = to;
        Stages.onLoop(ticket.context(), reserve(to), this::reserved);
      }
    }
  }

  /// Its place among the requests and the most that it may cost. A hard budget in money refuses
  /// what has no price, as it does any other call.
  private CompletionStage<SpendingDecision> reserve(Target to) {
    Sent first = sending.to(to.model());
    Price price =
        ticket.endpoint() == Endpoint.FILES
            ? null
            : pipeline
                .prices()
                .find(ticket.principal().tenant(), ticket.fields().model(), ticket.at());
    PassedCost costs = new PassedCost(ticket, price, first.passage().length());
    cost = costs;
    toSend = first;
    return pipeline
        .spending()
        .reserve(
            new Subject(ticket.principal(), ticket.origin().owner(), ticket.origin().app(), null),
            new Worst(costs.most(), 0, ticket.origin().outside()));
  }

  private void reserved(@Nullable SpendingDecision decision, @Nullable Throwable failure) {
    if (decision != null) {
      answer.limits(decision.standing());
    }
    switch (decision) {
      case SpendingDecision.Admitted admitted -> {
        place = admitted.reservation();
        onLoop(record.open(cost == null ? null : cost.most()), this::openedOrNot);
      }
      case SpendingDecision.Refused refused -> {
        leave();
        refuse(refused.why());
      }
      case null -> {
        leave();
        refuse(Stages.known(Objects.requireNonNull(failure, "neither decision nor failure")));
      }
    }
  }

  /// A shared provider keeps the files of all tenants in one place.
  private @Nullable GimbalException foreign() {
    String model = ticket.fields().model();
    boolean files = ticket.endpoint() == Endpoint.FILES;
    if (!files
        || pipeline.catalog().owns(ticket.principal().tenant(), model)
        || pipeline.catalog().resolve(ticket.principal().tenant(), model).isEmpty()) {
      return null;
    }
    return new GatewayException(
        GatewayError.MODEL_MISMATCHED,
        "provider",
        "is shared, and its files would be every tenant's: declare a provider of your own");
  }

  private void refuse(GimbalException refusal) {
    finishing = true;
    ErrorAnswer error = ErrorAnswer.of(refusal);
    End end = new End(Outcome.REFUSED, error.status(), error.code());
    CompletionStage<Void> recorded =
        record.open(null).thenCompose(done -> record.settle(end, Tokens.NONE));
    onLoop(recorded, failure -> say(failure == null ? error : Outgoing.unrecorded(failure)));
  }

  private void openedOrNot(@Nullable Throwable failure) {
    if (failure != null) {
      finishing = true;
      place.cancel();
      leave();
      say(Outgoing.unrecorded(failure));
      return;
    }
    opened = true;
    if (gone) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    } else {
      timer.start();
      send(Objects.requireNonNull(target, "the call has a target"));
    }
  }

  private void send(Target to) {
    Sent sent = Objects.requireNonNull(toSend, "nothing was reserved");
    if (ticket.endpoint() == Endpoint.FILES) {
      String name = ticket.fields().model();
      learning =
          pipeline
              .router()
              .files(ticket.principal().tenant(), name.substring(0, name.indexOf('/')));
    }
    UpstreamRequest request =
        new UpstreamRequest(
            ticket.context(),
            ticket.endpoint(),
            to.model(),
            sent.body(),
            false,
            null,
            ticket.origin().whole(),
            ticket.origin().priority(),
            ticket.origin().trace(),
            null);
    try {
      upstream = to.entry().provider().pass(request, sent.passage(), this);
    } catch (RuntimeException e) {
      LOG.error("provider {} did not take a call", to.entry().provider().name(), e);
      fail(
          ErrorAnswer.of(
              new GatewayException(GatewayError.UPSTREAM_FAILED, "The provider failed.")));
    }
  }

  /// A piece of the body was sent on.
  void sent() {
    timer.progressed();
  }

  @Override
  public void head(int status, MultiMap headers) {
    if (!finishing) {
      timer.heard();
      heard = new PassedAnswer(this, answer, pipeline.evidence().clock(), status, headers);
    }
  }

  @Override
  public void data(Buffer bytes) {
    if (finishing || heard == null) {
      return;
    }
    timer.progressed();
    heard.data(bytes);
    if (answer.full() && upstream != null) {
      timer.pause();
      upstream.pause();
    }
  }

  /// The first byte of the answer is here.
  void firstByte() {
    record.firstByte();
  }

  /// A piece that can be read is kept by policy.
  void said(Buffer bytes) {
    if (learning != null) {
      learning.heard(bytes);
    }
    record.said(bytes);
  }

  @Override
  public void end() {
    if (!finishing && heard != null) {
      heard.end();
    }
  }

  /// The answer is whole but for what `last` says.
  void succeed(int status, Runnable last) {
    finish(new End(Outcome.SUCCEEDED, status, null), last);
  }

  @Override
  public void failed(GatewayException failure) {
    fail(ErrorAnswer.of(failure));
  }

  /// What the caller sends must not go on.
  void broken(GimbalException failure) {
    cancelUpstream();
    fail(ErrorAnswer.of(failure));
  }

  void timedOut(String message) {
    cancelUpstream();
    fail(ErrorAnswer.of(new GatewayException(GatewayError.UPSTREAM_TIMED_OUT, message)));
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
    boolean nothing = used.costNanoUsd() == null && end.outcome() == Outcome.FAILED;
    place.settle(nothing ? Long.valueOf(0) : used.costNanoUsd(), orZero(used.input()));
    CompletionStage<Void> settled = record.settle(end, used);
    if (learning != null) {
      CompletionStage<Void> known = learning.over();
      settled = settled.thenCompose(done -> known);
    }
    onLoop(
        settled,
        failure -> {
          leave();
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

  private static Long orZero(@Nullable Long tokens) {
    return tokens == null ? Long.valueOf(0) : tokens;
  }

  /// What the vendor counted; nobody guesses how many tokens a picture has.
  private Tokens tokens() {
    PassedCost costs = cost;
    if (heard == null || costs == null) {
      return Tokens.NONE;
    }
    MeterScan scan = heard.scan();
    boolean succeeded = heard.status() >= 200 && heard.status() <= 299;
    Long spent = succeeded ? costs.cost(scan) : null;
    return new Tokens(scan.inputTokens(), null, scan.outputTokens(), false, spent);
  }

  private void say(ErrorAnswer error) {
    sending.over();
    answer.refuse(error);
  }

  private void leave() {
    if (target != null) {
      target.entry().leave();
    }
  }

  private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    Stages.onLoop(ticket.context(), stage, then);
  }
}

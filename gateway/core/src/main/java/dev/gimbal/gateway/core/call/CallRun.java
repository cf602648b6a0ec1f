package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ChatAnswerScan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.GeminiAnswerScan;
import dev.gimbal.gateway.core.wire.MessagesAnswerScan;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.core.wire.ResponsesAnswerScan;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call on its way: resolved, limited, put on record, dispatched, handed on, settled. Lives on
/// one event loop. It ends exactly once, by [#finish], whatever happens first: the upstream's end,
/// its failure, a deadline or the caller's leaving.
final class CallRun implements UpstreamListener, RunningCall, Dispatch.Sender {
  private static final Logger LOG = LoggerFactory.getLogger(CallRun.class);
  private static final String EVENTS = "text/event-stream";
  private static final Buffer COMMENT = Buffer.buffer(": keep-alive\n\n");
  private static final int GONE = 499;

  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final Answer answer;
  private final CallTimer timer;
  private final AnswerScan scan;

  private final CallRecord record;
  private @Nullable Target target;
  private @Nullable Dispatch dispatch;
  private @Nullable UpstreamCall upstream;
  private @Nullable Relay relay;
  private boolean usageAdded;
  private boolean usageRejected;
  private boolean opened;
  private boolean begun;
  private String begunAs = "";
  private boolean finishing;
  private boolean gone;
  private int attempt;

  CallRun(Pipeline pipeline, CallTicket ticket, Answer answer) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.scan = scan(ticket.endpoint());
    this.record =
        new CallRecord(pipeline.evidence(), ticket, ticket.kind(), ticket.fields().model());
    this.timer =
        new CallTimer(pipeline.vertx(), pipeline.deadlines(), ticket.origin().whole(), this);
  }

  void start() {
    switch (new Admission(pipeline, ticket, answer).decide()) {
      case Admission.Refused(GimbalException why) -> refuse(why);
      case Admission.Admitted(Target to) -> {
        target = to;
        dispatch = new Dispatch(pipeline, ticket, to);
        open();
      }
    }
  }

  private void open() {
    Price price = price();
    Long reserved =
        price == null
            ? null
            : price.most(ticket.body().length(), ticket.fields(), ticket.endpoint().writes());
    onLoop(record.open(reserved), this::openedOrNot);
  }

  /// A call that goes nowhere is on record too.
  private void refuse(GimbalException refusal) {
    finishing = true;
    ErrorAnswer error = ErrorAnswer.of(refusal);
    End end = new End(Outcome.REFUSED, error.status(), error.code());
    CompletionStage<Void> recorded =
        record.open(null).thenCompose(done -> record.settle(end, Tokens.NONE));
    onLoop(recorded, failure -> answer.refuse(failure == null ? error : unrecorded(failure)));
  }

  private void openedOrNot(@Nullable Throwable failure) {
    if (failure != null) {
      finishing = true;
      leave();
      answer.refuse(unrecorded(failure));
      return;
    }
    opened = true;
    pipeline.running().began(ticket, this::cancelled);
    if (gone) {
      finish(new End(Outcome.CANCELLED, GONE, null), () -> {});
    } else {
      timer.start();
      dispatch();
    }
  }

  private void dispatch() {
    Dispatch to = Objects.requireNonNull(dispatch, "the call has no target");
    usageAdded = to.addsUsage(usageRejected);
    int mine = ++attempt;
    to.send(usageAdded, new Attempt(this, () -> mine == attempt), this);
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
    if (!begun) {
      answer.warn(fields);
    }
  }

  @Override
  public boolean over() {
    return finishing;
  }

  /// Dispatches anew, without what the upstream did not understand; false if that was not ours.
  boolean againWithoutUsage() {
    if (!usageAdded || usageRejected || begun) {
      return false;
    }
    usageRejected = true;
    relay = null;
    dispatch();
    return true;
  }

  @Override
  public void head(int status, MultiMap headers) {
    if (finishing) {
      return;
    }
    timer.heard();
    String type = headers.get("content-type");
    String contentType = type == null ? "application/json" : type;
    if (status < 200 || status > 299) {
      relay =
          new ErrorRelay(
              this,
              status,
              RetryAfter.parse(headers.get("retry-after"), pipeline.evidence().clock()));
    } else if (contentType.toLowerCase(Locale.ROOT).startsWith(EVENTS)) {
      relay =
          ticket.fields().stream()
              ? new EventRelay(this, scan, usageAdded, contentType, ending())
              : new GatheringRelay(this, scan);
    } else if (ticket.fields().array()) {
      relay = new BodyRelay(this, scan, status, contentType, 0);
    } else {
      relay =
          ticket.fields().stream() && ticket.endpoint() != Endpoint.EMBEDDINGS
              ? new ChunkRelay(this, scan, usageAdded)
              : new BodyRelay(this, scan, status, contentType, BodyRelay.HELD);
    }
  }

  private static AnswerScan scan(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> new ChatAnswerScan();
      case MESSAGES -> new MessagesAnswerScan();
      case RESPONSES -> new ResponsesAnswerScan();
      case GENERATE_CONTENT -> new GeminiAnswerScan();
      case COUNT_TOKENS, COUNT_CONTENT -> new MeterScan(MeterScan.Meter.FREE);
      default -> new MeterScan(MeterScan.Meter.INPUT);
    };
  }

  /// The last event of a stream, for an upstream that leaves it out.
  private String ending() {
    return switch (ticket.endpoint()) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> "data: [DONE]\n\n";
      case MESSAGES -> "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
      default -> "";
    };
  }

  @Override
  public void data(Buffer bytes) {
    if (finishing || relay == null) {
      return;
    }
    timer.heard();
    relay.data(bytes);
    if (answer.full() && upstream != null && !finishing) {
      timer.pause();
      upstream.pause();
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
      fail(ErrorAnswer.of(failure));
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
    if (opened && !finishing) {
      finish(new End(Outcome.CANCELLED, begun ? 200 : GONE, null), () -> {});
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
  void timedOut(String message) {
    cancelUpstream();
    failed(new GatewayException(GatewayError.UPSTREAM_TIMED_OUT, message));
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
    boolean between = relay instanceof EventRelay events ? events.atBoundary() : relay == null;
    if (ticket.fields().stream() && between && !finishing && !answer.full()) {
      begin(200, EVENTS);
      timer.wrote();
      answer.write(COMMENT);
    }
  }

  boolean begun() {
    return begun;
  }

  /// A piece of the answer itself was heard.
  void heardAnswer() {
    timer.heardAnswer();
    record.firstByte();
  }

  void lastEventHeard() {
    timer.lastEventHeard();
  }

  void begin(int status, String contentType) {
    if (!begun) {
      begun = true;
      begunAs = contentType.toLowerCase(Locale.ROOT);
      answer.head(status, contentType);
    }
  }

  void write(Buffer bytes) {
    timer.wrote();
    record.said(bytes);
    answer.write(bytes);
  }

  /// The answer is whole but for `last`, which leaves when the call is on record.
  void succeed(int status, String contentType, Buffer last) {
    record.said(last);
    finish(
        new End(Outcome.SUCCEEDED, status, null),
        () -> {
          if (begun) {
            answer.end(last);
          } else {
            answer.whole(status, contentType, last);
          }
        });
  }

  /// The upstream told the caller of an error itself, in the stream.
  void endInError(Buffer last) {
    String code = GatewayError.UPSTREAM_FAILED.code();
    finish(new End(Outcome.FAILED, 200, code), () -> answer.end(last));
  }

  /// There is no answer, or no more of it.
  void fail(ErrorAnswer error) {
    fail(Outcome.FAILED, error);
  }

  private void fail(Outcome outcome, ErrorAnswer error) {
    cancelUpstream();
    boolean inEvents = begunAs.startsWith(EVENTS);
    boolean between = !(relay instanceof EventRelay events) || events.atEventEnd();
    finish(
        new End(outcome, begun ? 200 : error.status(), error.code()),
        () -> {
          if (!begun) {
            answer.refuse(error);
          } else if (inEvents) {
            Buffer event = ErrorForm.of(ticket.endpoint()).event(error);
            answer.end(between ? event : Buffer.buffer("\n\n").appendBuffer(event));
          } else {
            answer.cut();
          }
        });
  }

  private void finish(End end, Runnable last) {
    if (finishing) {
      return;
    }
    finishing = true;
    timer.stop();
    Tokens tokens = Accounting.tokens(ticket, scan, price(), end.outcome());
    onLoop(
        record.settle(end, tokens),
        failure -> {
          leave();
          if (gone) {
            return;
          }
          if (failure == null) {
            answer.used(tokens);
            last.run();
          } else if (begun) {
            LOG.error("call {} could not be settled", ticket.id(), failure);
            answer.cut();
          } else {
            answer.refuse(unrecorded(failure));
          }
        });
  }

  private void leave() {
    pipeline.running().ended(ticket);
    if (target != null) {
      target.entry().leave();
    }
  }

  private @Nullable Price price() {
    return pipeline
        .prices()
        .find(ticket.principal().tenant(), ticket.fields().model(), ticket.at());
  }

  private static ErrorAnswer unrecorded(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof GimbalException known) {
      return ErrorAnswer.of(known);
    }
    LOG.error("the ledger failed", cause);
    return ErrorAnswer.of(LedgerError.LEDGER_FULL, "The call cannot be put on record.");
  }

  private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    stage.whenComplete(
        (done, failure) -> {
          if (ticket.context().equals(Vertx.currentContext())) {
            then.accept(failure);
          } else {
            ticket.context().runOnContext(v -> then.accept(failure));
          }
        });
  }
}

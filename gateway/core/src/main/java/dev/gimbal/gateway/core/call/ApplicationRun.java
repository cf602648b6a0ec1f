package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.budget.Worst;
import dev.gimbal.gateway.core.call.CallRecord.End;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.limits.Reservation;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.release.api.Application;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call of an application. The application runs on a virtual thread; everything said to the
/// caller is said on the call's event loop, and the application waits while the caller reads
/// slowly. The record is the parent of the calls below and costs nothing itself.
final class ApplicationRun implements RunningCall {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationRun.class);
  private static final String JSON = "application/json";
  private static final Buffer COMMENT = Buffer.buffer(": keep-alive\n\n");
  private static final int GONE = 499;

  private final ApplicationCalls calls;
  private final CallTicket ticket;
  private final Answer answer;
  private final CallRecord record;
  private final ApplicationForm output;
  private final String name;
  private final boolean stream;

  private @Nullable CompletableFuture<Void> stuck;
  private @Nullable Future<?> work;
  private Reservation place = Reservation.FREE;
  private boolean begun;
  private boolean spoke;
  private long deadline;
  private long heartbeat;
  private volatile boolean gone;
  private volatile boolean late;

  ApplicationRun(ApplicationCalls calls, CallTicket ticket, Answer answer) {
    this.calls = calls;
    this.ticket = ticket;
    this.answer = answer;
    this.name = ticket.fields().model().substring(ApplicationCalls.PREFIX.length());
    this.stream = ticket.fields().stream();
    this.output = ApplicationForm.of(ticket);
    this.record =
        new CallRecord(
            calls.pipeline().evidence(),
            ticket,
            CallOpened.Kind.APPLICATION,
            ticket.fields().model());
  }

  void start() {
    Vertx vertx = calls.pipeline().vertx();
    deadline = vertx.setTimer(ticket.origin().whole().toMillis(), id -> tooLate());
    long pause = calls.pipeline().deadlines().keepAlive().toMillis();
    heartbeat = vertx.setPeriodic(pause, id -> keepAlive());
    work = calls.virtual().submit(this::run);
  }

  private void run() {
    try {
      answerIt();
    } finally {
      place.settle(0L, 0L);
    }
  }

  private void answerIt() {
    Application application;
    Application.Input input;
    int depth = calls.depthBelow(ticket.origin().parent());
    try {
      check(depth);
      application = find();
      input = new Application.Input(ApplicationInput.turns(ticket), ticket.id());
    } catch (RuntimeException e) {
      refuse(e);
      return;
    }
    calls.entered(ticket.id(), name, depth);
    try {
      record.open(null).toCompletableFuture().join();
    } catch (CompletionException | CancellationException e) {
      calls.left(ticket.id());
      onLoop(() -> closeWith(error(e)));
      return;
    }
    try {
      Application.Answer answered =
          ScopedValue.where(TraceContext.CURRENT, ticket.origin().trace())
              .call(() -> application.run(ticket.principal(), input, this::say));
      succeed(answered);
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      calls.left(ticket.id());
    }
  }

  private void check(int depth) {
    if (!ticket.principal().may(Rights.MODELS_CALL)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_CALL + ".");
    }
    if (ticket.endpoint().common() != Endpoint.CHAT_COMPLETIONS) {
      throw new GatewayException(
          GatewayError.MODEL_MISMATCHED, "model", "an application answers chats only");
    }
    if (depth > ApplicationCalls.DEEPEST) {
      throw new GatewayException(
          GatewayError.CALL_TOO_DEEP, "Applications call each other more than four deep.");
    }
    SpendingDecision decision =
        calls
            .pipeline()
            .spending()
            .reserve(
                new Subject(ticket.principal(), ticket.origin().owner(), name, null),
                new Worst(0L, 0, ticket.origin().outside()))
            .toCompletableFuture()
            .join();
    onLoop(() -> answer.limits(decision.standing()));
    place =
        switch (decision) {
          case SpendingDecision.Refused refused -> throw refused.why();
          case SpendingDecision.Admitted admitted -> admitted.reservation();
        };
  }

  private Application find() {
    return calls
        .applications()
        .find(ticket.principal(), name)
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.MODEL_UNKNOWN, "model", "no application is named so"));
  }

  private void refuse(RuntimeException e) {
    ErrorAnswer error = error(e);
    Outcome outcome = gone ? Outcome.CANCELLED : Outcome.REFUSED;
    CompletionStage<Void> recorded =
        record
            .open(null)
            .thenCompose(
                done -> record.settle(new End(outcome, error.status(), error.code()), Tokens.NONE));
    recorded.whenComplete(
        (done, failure) -> onLoop(() -> closeWith(failure == null ? error : error(failure))));
  }

  /// A piece of the answer, by the application, on its thread.
  private void say(String piece) {
    if (!stream || piece.isEmpty()) {
      stopIfGone();
      return;
    }
    CompletableFuture<Void> written = new CompletableFuture<>();
    onLoop(() -> write(piece, written));
    try {
      written.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new CancellationException("the piece could not be written");
    }
    stopIfGone();
  }

  private void stopIfGone() {
    if (gone || late || Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the caller went away or the call took too long");
    }
  }

  private void write(String piece, CompletableFuture<Void> written) {
    if (gone) {
      written.complete(null);
      return;
    }
    record.firstByte();
    begin();
    if (!spoke) {
      spoke = true;
      writeOut(output.first());
    }
    writeOut(output.piece(piece));
    if (answer.full()) {
      stuck = written;
    } else {
      written.complete(null);
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      answer.head(200, output.contentType());
    }
  }

  private void writeOut(Buffer bytes) {
    record.said(bytes);
    answer.write(bytes);
  }

  private void succeed(Application.Answer answered) {
    onLoop(
        () -> {
          Tokens tokens =
              new Tokens(answered.inputTokens(), null, answered.outputTokens(), false, null);
          record.firstByte();
          Buffer last = lastOf(answered);
          record.said(last);
          settle(new End(Outcome.SUCCEEDED, 200, null), tokens, () -> close(last));
        });
  }

  /// What leaves only when the call is on record.
  private Buffer lastOf(Application.Answer answered) {
    if (!stream) {
      return output.whole(answered);
    }
    Buffer last = Buffer.buffer();
    if (!spoke) {
      last.appendBuffer(output.first()).appendBuffer(output.piece(answered.text()));
    }
    return last.appendBuffer(output.last(answered, ticket.fields().includeUsage()));
  }

  private void close(Buffer last) {
    stopTimers();
    if (gone) {
      return;
    }
    if (begun) {
      answer.end(last);
    } else {
      answer.whole(200, stream ? output.contentType() : JSON, last);
    }
  }

  private void fail(RuntimeException e) {
    ErrorAnswer error = late ? tooLateAnswer() : error(e);
    onLoop(
        () -> {
          Outcome outcome = gone ? Outcome.CANCELLED : Outcome.FAILED;
          int status = begun ? 200 : gone ? GONE : error.status();
          End end = new End(outcome, status, gone ? null : error.code());
          settle(end, Tokens.NONE, () -> closeWith(error));
        });
  }

  private static ErrorAnswer tooLateAnswer() {
    return ErrorAnswer.of(
        new GatewayException(
            GatewayError.UPSTREAM_TIMED_OUT, "The application took longer than it may."));
  }

  private void settle(End end, Tokens tokens, Runnable then) {
    record
        .settle(end, tokens)
        .whenComplete(
            (done, failure) ->
                onLoop(
                    () -> {
                      if (failure == null) {
                        answer.used(tokens);
                        then.run();
                      } else {
                        closeWith(error(failure));
                      }
                    }));
  }

  private void closeWith(ErrorAnswer error) {
    stopTimers();
    if (gone) {
      return;
    }
    if (begun && output.comments()) {
      answer.end(output.error(error));
    } else if (begun) {
      answer.cut();
    } else {
      answer.refuse(error);
    }
  }

  private static ErrorAnswer error(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof GimbalException known) {
      return ErrorAnswer.of(known);
    }
    if (!(cause instanceof CancellationException)) {
      LOG.error("an application failed", cause);
    }
    return ErrorAnswer.of(HttpError.SERVER_FAILED, "A defect of ours; the log has the request id.");
  }

  private void tooLate() {
    late = true;
    stop();
  }

  private void keepAlive() {
    if (stream && output.comments() && stuck == null && !gone && !answer.full()) {
      begin();
      answer.write(COMMENT);
    }
  }

  @Override
  public void gone() {
    if (!gone) {
      gone = true;
      stop();
    }
  }

  private void stop() {
    stopTimers();
    drained();
    if (work != null) {
      work.cancel(true);
    }
  }

  private void stopTimers() {
    calls.pipeline().vertx().cancelTimer(deadline);
    calls.pipeline().vertx().cancelTimer(heartbeat);
  }

  @Override
  public void drained() {
    CompletableFuture<Void> waiting = stuck;
    stuck = null;
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  private void onLoop(Runnable action) {
    ticket.context().runOnContext(v -> action.run());
  }
}

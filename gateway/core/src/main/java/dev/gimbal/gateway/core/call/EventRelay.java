package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.guard.AnswerGuard;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.BufferBytes;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.EventReader;
import dev.gimbal.gateway.core.wire.EventScan;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.routing.Failure;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Hands on an event stream, event by event and byte for byte. Nothing is sent before the first
/// event is known not to be an error; from `[DONE]` on everything is held until the call is on
/// record.
final class EventRelay implements Relay, EventSplitter.Handler {
  /// How much an upstream may say in comments before its first event.
  private static final int PREFACE = 64 << 10;

  /// Room for what was held of an event that an earlier piece began.
  private static final int SPARE = 512;

  private final CallRun run;
  private final AnswerScan scan;
  private final boolean stripUsage;
  private final String contentType;

  /// What an answer that is whole ends with, also where the upstream just stopped: clients wait
  /// for it.
  private final String ending;

  private final @Nullable AnswerGuard guard;
  private final EventSplitter splitter = new EventSplitter();
  private final EventReader reader;
  private Buffer out = Buffer.buffer();
  private final Buffer held = Buffer.buffer();
  private boolean heard;
  private boolean done;
  private boolean errorSeen;
  private boolean stopped;
  private boolean closing;
  private long judgedBeforeLast;
  private long letOut;

  EventRelay(Relays.Heard heard, String contentType, String ending) {
    this.run = heard.run();
    this.scan = heard.scan();
    this.reader = new EventReader(scan);
    this.stripUsage = heard.usageAdded();
    this.guard = heard.guard().stream(new Judged());
    this.contentType = contentType;
    this.ending = ending;
  }

  @Override
  public void data(Buffer bytes) {
    if (out.length() == 0) {
      out = Buffer.buffer(bytes.length() + SPARE);
    }
    splitter.feed(BufferBytes.whole(bytes), this);
    if (!stopped && heard && out.length() > 0) {
      flush();
    }
  }

  @Override
  public void event(byte[] bytes, int from, int to) {
    if (stopped) {
      return;
    }
    if (done) {
      last(bytes, from, to);
      return;
    }
    switch (reader.read(bytes, from, to)) {
      case DONE -> {
        done = true;
        held.appendBytes(bytes, from, to - from);
        run.lastEventHeard();
      }
      case SILENT -> silent(bytes, from, to);
      case DATA -> read(bytes, from, to);
      case BROKEN -> stop("The provider sent an event that is not JSON.");
    }
  }

  private void silent(byte[] bytes, int from, int to) {
    if (out.length() + to - from <= PREFACE || heard) {
      out.appendBytes(bytes, from, to - from);
    }
  }

  private void read(byte[] bytes, int from, int to) {
    if (scan.error()) {
      errorSeen = true;
      if (!run.outgoing().committed() && !heard) {
        stopped = true;
        run.fail(Failure.inBand(0), firstError(bytes, from, to));
        return;
      }
    }
    heard = true;
    run.heardAnswer();
    if (scan.terminal()) {
      done = true;
      last(bytes, from, to);
      run.lastEventHeard();
      return;
    }
    if (stripUsage && scan.usageOnly()) {
      return;
    }
    AnswerGuard judge = guard;
    if (judge == null) {
      out.appendBytes(bytes, from, to - from);
    } else {
      judgedBeforeLast++;
      judge.event(bytes, from, to, reader);
    }
  }

  /// The event that ends the answer, or one behind it: it may repeat all that was said.
  private void last(byte[] bytes, int from, int to) {
    AnswerGuard judge = guard;
    if (judge == null) {
      held.appendBytes(bytes, from, to - from);
    } else {
      judge.event(bytes, from, to);
    }
  }

  /// An error event in front of everything is an error answer: its data is the body.
  static ErrorAnswer firstError(byte[] bytes, int from, int to) {
    Buffer body = Buffer.buffer(EventScan.data(bytes, from, to));
    return new ErrorAnswer(502, GatewayError.UPSTREAM_FAILED, body, null);
  }

  @Override
  public void part(byte[] bytes, int from, int to) {
    if (guard != null) {
      stop("The provider sent an event that is too long to be judged.");
      return;
    }
    heard = true;
    run.heardAnswer();
    out.appendBytes(bytes, from, to - from);
  }

  @Override
  public void end() {
    AnswerGuard judge = guard;
    if (judge == null) {
      close();
    } else if (!stopped && !closing) {
      closing = true;
      judge.end().thenRun(this::close);
    }
  }

  /// All that may be said is in `out`.
  private void close() {
    if (stopped) {
      return;
    }
    if (guard != null && out.length() > 0) {
      flush();
    }
    if (errorSeen) {
      run.endInError(held.appendBytes(splitter.rest()));
    } else if (done) {
      run.succeed(200, contentType, held.appendBytes(splitter.rest()));
    } else if (scan.finished() && splitter.rest().length == 0) {
      run.succeed(200, contentType, Buffer.buffer(ending));
    } else {
      stop("The provider's stream broke off.");
    }
  }

  @Override
  public void failed(GatewayException failure) {
    if (done) {
      end();
    } else if (!stopped) {
      stopped = true;
      run.fail(Failure.brokeOff(), ErrorAnswer.of(failure));
    }
  }

  /// Whether a comment may be sent now.
  boolean atBoundary() {
    return splitter.atBoundary() && !done && !stopped;
  }

  /// Whether what was sent ends behind an event.
  boolean atEventEnd() {
    return splitter.atBoundary();
  }

  private void flush() {
    run.outgoing().begin(200, contentType);
    run.outgoing().write(out);
    out = Buffer.buffer();
  }

  private void stop(String message) {
    stopped = true;
    if (heard && out.length() > 0) {
      flush();
    }
    run.fail(
        Failure.brokeOff(),
        ErrorAnswer.of(new GatewayException(GatewayError.UPSTREAM_FAILED, message)));
  }

  /// What guards let through, or not.
  private final class Judged implements AnswerGuard.Out {
    @Override
    public void event(byte[] bytes, int from, int to) {
      // One comes out for each that went in, in order.
      Buffer into = letOut < judgedBeforeLast || !done ? out : held;
      letOut++;
      into.appendBytes(bytes, from, to - from);
    }

    @Override
    public void refused(GatewayException why) {
      stopped = true;
      run.fail(ErrorAnswer.of(why));
    }
  }
}

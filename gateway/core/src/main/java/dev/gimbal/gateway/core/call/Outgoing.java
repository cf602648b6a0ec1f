package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the caller has of its answer: nothing, a sign of life, or a beginning. A sign of life
/// commits to no target; the first event does. An answer that is still to be judged is held. On the
/// call's loop.
final class Outgoing {
  static final String EVENTS = "text/event-stream";

  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);
  private static final Buffer COMMENT = Buffer.buffer(": keep-alive\n\n");

  /// An answer that is longer is good enough to be handed on unjudged.
  private static final int HELD = 4 << 20;

  private final Answer answer;
  private final CallTimer timer;
  private final CallRecord record;
  private boolean begun;
  private boolean committed;
  private boolean discarding;
  private String begunAs = "";
  private @Nullable Buffer held;
  private int status;
  private String contentType = "";

  Outgoing(Answer answer, CallTimer timer, CallRecord record) {
    this.answer = answer;
    this.timer = timer;
    this.record = record;
  }

  /// Whether status and type are out.
  boolean begun() {
    return begun;
  }

  /// Whether a piece of the answer itself is out: no other target may be asked.
  boolean committed() {
    return committed;
  }

  boolean full() {
    return answer.full();
  }

  /// Nobody reads it any more, but it is heard to its end.
  void discard() {
    discarding = true;
  }

  /// Holds what comes from now on.
  void hold() {
    held = Buffer.buffer();
  }

  boolean holds() {
    return held != null;
  }

  Buffer held() {
    return held == null ? Buffer.buffer() : held;
  }

  /// Sends what was held, and holds no more.
  void release() {
    Buffer waiting = held;
    held = null;
    if (waiting != null && waiting.length() > 0) {
      begin(status, contentType);
      write(waiting);
    }
  }

  /// Forgets what was held.
  void drop() {
    held = null;
  }

  void begin(int answered, String type) {
    if (held != null) {
      status = answered;
      contentType = type;
      return;
    }
    committed = true;
    head(answered, type);
  }

  private void head(int answered, String type) {
    if (!begun) {
      begun = true;
      begunAs = type.toLowerCase(Locale.ROOT);
      answer.head(answered, type);
    }
  }

  void write(Buffer bytes) {
    Buffer waiting = held;
    if (waiting != null) {
      waiting.appendBuffer(bytes);
      if (waiting.length() > HELD) {
        release();
      }
      return;
    }
    timer.wrote();
    record.said(bytes);
    if (!discarding) {
      answer.write(bytes);
    }
  }

  /// A sign of life, unless the caller reads slowly.
  void comment() {
    if (!discarding && !answer.full()) {
      head(200, EVENTS);
      timer.wrote();
      answer.write(COMMENT);
    }
  }

  /// The last bytes; all of them if there were none before.
  void whole(int answered, String type, Buffer last) {
    if (begun) {
      answer.end(last);
    } else {
      answer.whole(answered, type, last);
    }
  }

  /// An error, in whatever way is left to say it.
  ///
  /// @param between whether what was written ends behind an event
  void fail(ErrorAnswer error, ErrorForm form, boolean between) {
    if (!begun) {
      answer.refuse(error);
    } else if (begunAs.startsWith(EVENTS)) {
      Buffer event = form.event(error);
      answer.end(between ? event : Buffer.buffer("\n\n").appendBuffer(event));
    } else {
      answer.cut();
    }
  }

  static ErrorAnswer unrecorded(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof GimbalException known) {
      return ErrorAnswer.of(known);
    }
    LOG.error("the ledger failed", cause);
    return ErrorAnswer.of(LedgerError.LEDGER_FULL, "The call cannot be put on record.");
  }
}

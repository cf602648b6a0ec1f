package dev.gimbal.platform.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A request's body as a blocking stream for the one virtual thread that handles the request. The
/// event loop hands over a chunk only when one was asked for, so at most a few lie here.
///
/// [#attach] is called on the event loop, before it returns to the loop.
final class BodyStream extends InputStream {
  private static final int CHUNKS_AHEAD = 4;

  private final HttpServerRequest request;
  private final Context context;
  private final Duration silence;
  private final long deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Buffer> chunks = new ArrayDeque<>();
  private int asked;
  private boolean complete;
  private boolean lost;
  private Buffer current = Buffer.buffer();
  private int position;
  private boolean started;

  private BodyStream(HttpServerRequest request, Context context, Duration silence, Duration whole) {
    this.request = request;
    this.context = context;
    this.silence = silence;
    this.deadline = System.nanoTime() + whole.toNanos();
  }

  static BodyStream attach(
      HttpServerRequest request, Context context, Duration silence, Duration whole) {
    BodyStream stream = new BodyStream(request, context, silence, whole);
    request.pause();
    request.handler(stream::chunk);
    request.endHandler(end -> stream.end(false));
    request.exceptionHandler(failure -> stream.end(true));
    return stream;
  }

  /// Whether the whole body has come.
  boolean complete() {
    lock.lock();
    try {
      return complete && chunks.isEmpty() && position == current.length();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    while (position == current.length()) {
      Buffer next = next();
      if (next == null) {
        return -1;
      }
      current = next;
      position = 0;
    }
    int count = Math.min(length, current.length() - position);
    current.getBytes(position, position + count, into, offset);
    position += count;
    return count;
  }

  private @Nullable Buffer next() throws IOException {
    lock.lock();
    try {
      long quietUntil = System.nanoTime() + silence.toNanos();
      while (chunks.isEmpty()) {
        if (lost) {
          throw new BodyLostException("the client went away while sending its body");
        }
        if (complete) {
          return null;
        }
        ask();
        long left = Math.min(quietUntil, deadline) - System.nanoTime();
        if (left <= 0) {
          throw tooSlow();
        }
        arrived.awaitNanos(left);
      }
      if (System.nanoTime() > deadline && !complete) {
        throw tooSlow();
      }
      return chunks.remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BodyLostException("interrupted while reading a body");
    } finally {
      lock.unlock();
    }
  }

  private static HttpException tooSlow() {
    return new HttpException(HttpError.BODY_TOO_SLOW, "the body did not arrive in time");
  }

  private void ask() {
    int more = CHUNKS_AHEAD - asked;
    if (more <= 0) {
      return;
    }
    asked += more;
    boolean first = !started;
    started = true;
    context.runOnContext(
        go -> {
          if (first && "100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            request.response().writeContinue();
          }
          request.fetch(more);
        });
  }

  private void chunk(Buffer chunk) {
    lock.lock();
    try {
      asked = Math.max(0, asked - 1);
      chunks.add(chunk);
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(boolean failed) {
    lock.lock();
    try {
      complete = complete || !failed;
      lost = lost || (failed && !complete);
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

package dev.gimbal.platform.http;

import dev.gimbal.platform.http.Response.ClientGoneException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Writes an answer from a virtual thread, blocking it while more than a bounded number of bytes
/// waits for the client. A client that takes nothing for the configured time is dropped; nobody
/// but this thread ever waited for it.
///
/// [#attach] is called on the event loop; the rest on any one thread at a time.
final class AnswerStream {
  private static final int CHUNK = 64 * 1024;
  private static final int BOUND = 256 * 1024;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Duration stalled;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long waiting;
  private boolean writing;
  private long lastMove = System.nanoTime();
  private boolean gone;

  private AnswerStream(HttpServerRequest request, Context context, Duration stalled) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.stalled = stalled;
  }

  static AnswerStream attach(HttpServerRequest request, Context context, Duration stalled) {
    AnswerStream stream = new AnswerStream(request, context, stalled);
    stream.response.exceptionHandler(failure -> stream.lose());
    stream.response.closeHandler(closed -> stream.lose());
    return stream;
  }

  boolean gone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  /// Whether the client has been told a status.
  boolean begun() {
    return response.headWritten();
  }

  /// Sets status and headers; they leave with the first byte.
  ///
  /// @param length of the body; -1: chunked
  void head(int status, Map<String, String> headers, long length) {
    response.setStatusCode(status);
    headers.forEach(response::putHeader);
    if (length >= 0) {
      response.putHeader("content-length", Long.toString(length));
    } else if (length != Answers.NO_LENGTH) {
      response.setChunked(true);
    }
  }

  void write(byte[] bytes, int offset, int length) throws ClientGoneException {
    writing(true);
    try {
      for (int at = 0; at < length; at += CHUNK) {
        int count = Math.min(CHUNK, length - at);
        Buffer chunk = Buffer.buffer(count).appendBytes(bytes, offset + at, count);
        awaitAtMost(BOUND);
        post(count, () -> response.write(chunk));
      }
    } finally {
      writing(false);
    }
  }

  private void writing(boolean now) {
    lock.lock();
    try {
      writing = now;
    } finally {
      lock.unlock();
    }
  }

  /// On the event loop, from time to time: writes some bytes if nothing is being written, and drops
  /// a client that reads nothing while nobody waits for it.
  void tick(byte[] bytes) {
    lock.lock();
    try {
      if (gone || response.ended() || (!response.headWritten() && waiting > 0)) {
        return;
      }
      if (waiting > 0) {
        if (System.nanoTime() - lastMove > stalled.toNanos()) {
          cut();
        }
        return;
      }
      if (writing) {
        return;
      }
      waiting += bytes.length;
      lastMove = System.nanoTime();
    } finally {
      lock.unlock();
    }
    response.write(Buffer.buffer(bytes)).onComplete(written -> settle(bytes.length, written));
  }

  void write(byte[] bytes) throws ClientGoneException {
    write(bytes, 0, bytes.length);
  }

  /// Ends the answer and waits until the last byte is on its way.
  void end() throws ClientGoneException {
    post(1, response::end);
    awaitAtMost(0);
  }

  /// Ends the answer with a last small piece in one write.
  void end(byte[] bytes) throws ClientGoneException {
    if (bytes.length > CHUNK) {
      write(bytes);
      end();
      return;
    }
    post(1, () -> response.end(Buffer.buffer(bytes)));
    awaitAtMost(0);
  }

  /// Cuts the connection: the client must not take what it has for the whole.
  void cut() {
    lose();
    context.runOnContext(
        go -> {
          if (request.version() == HttpVersion.HTTP_2) {
            response.reset();
          } else {
            Connections.cut(request.connection());
          }
        });
  }

  private void post(int bytes, Supplier<Future<Void>> write) throws ClientGoneException {
    lock.lock();
    try {
      if (gone) {
        throw new ClientGoneException("the client went away");
      }
      if (waiting == 0) {
        lastMove = System.nanoTime();
      }
      waiting += bytes;
    } finally {
      lock.unlock();
    }
    context.runOnContext(
        go -> {
          try {
            write.get().onComplete(written -> settle(bytes, written));
          } catch (IllegalStateException closed) {
            settle(bytes, Future.failedFuture(closed));
          }
        });
  }

  private void settle(int bytes, AsyncResult<Void> written) {
    lock.lock();
    try {
      waiting -= bytes;
      lastMove = System.nanoTime();
      gone = gone || written.failed();
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void lose() {
    lock.lock();
    try {
      gone = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitAtMost(long bound) throws ClientGoneException {
    lock.lock();
    try {
      while (waiting > bound) {
        if (gone) {
          throw new ClientGoneException("the client went away");
        }
        long left = lastMove + stalled.toNanos() - System.nanoTime();
        if (left <= 0) {
          cut();
          throw new ClientGoneException("the client read nothing for " + stalled);
        }
        moved.awaitNanos(left);
      }
      if (gone) {
        throw new ClientGoneException("the client went away");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut();
      throw new ClientGoneException("interrupted while answering");
    } finally {
      lock.unlock();
    }
  }
}

package dev.gimbal.gateway.testing;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A listener that remembers what a provider told it, and whether it was told rightly. Thread-safe.
public final class HeardAnswer implements UpstreamListener {
  private final Context context;
  private final CompletableFuture<String> over = new CompletableFuture<>();
  private final CompletableFuture<Void> data = new CompletableFuture<>();
  private final AtomicInteger pieces = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final Buffer body = Buffer.buffer();
  private volatile int status;
  private volatile String contentType = "";
  private volatile boolean started;
  private volatile boolean tooEarly;
  private volatile boolean wrongThread;
  private volatile @Nullable UpstreamCall call;

  HeardAnswer(Context context) {
    this.context = context;
  }

  void started() {
    started = true;
  }

  void call(UpstreamCall running) {
    call = running;
  }

  /// The running call.
  public UpstreamCall call() {
    UpstreamCall running = call;
    if (running == null) {
      throw new IllegalStateException("the call was not started");
    }
    return running;
  }

  private void heard() {
    tooEarly |= !started;
    wrongThread |= !context.equals(Vertx.currentContext());
  }

  @Override
  public void head(int code, MultiMap headers) {
    heard();
    status = code;
    contentType = String.valueOf(headers.get("content-type"));
  }

  @Override
  public void data(Buffer bytes) {
    heard();
    pieces.incrementAndGet();
    body.appendBuffer(bytes);
    data.complete(null);
  }

  @Override
  public void end() {
    heard();
    ends.incrementAndGet();
    over.complete("end");
  }

  @Override
  public void failed(GatewayException failure) {
    heard();
    ends.incrementAndGet();
    over.complete(failure.errorCode().code());
  }

  /// Waits for the end: `end`, or the code of the failure.
  public String end(Duration patience) throws Exception {
    return over.get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  String endWithin() throws Exception {
    return end(Duration.ofSeconds(20));
  }

  void awaitData() throws Exception {
    data.get(20, TimeUnit.SECONDS);
  }

  /// Runs something on the call's loop and answers how many pieces had come by then.
  int onLoop(Runnable action) throws Exception {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          action.run();
          done.complete(pieces.get());
        });
    return done.get(20, TimeUnit.SECONDS);
  }

  /// Lets time pass in which something must not happen.
  void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// Status of the answer.
  public int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  /// The body so far.
  public String body() {
    return body.toString();
  }

  int pieces() {
    return pieces.get();
  }

  int ends() {
    return ends.get();
  }

  boolean isOver() {
    return over.isDone();
  }

  boolean tooEarly() {
    return tooEarly;
  }

  boolean wrongThread() {
    return wrongThread;
  }
}

package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What a call was told. Thread-safe.
final class Heard implements UpstreamListener {
  private final CompletableFuture<MultiMap> head = new CompletableFuture<>();
  private final CompletableFuture<String> over = new CompletableFuture<>();
  private final Buffer body = Buffer.buffer();
  private volatile @Nullable Runnable first;
  private volatile int status;
  private volatile int length;
  private final AtomicInteger ends = new AtomicInteger();

  /// Runs this with the first bytes, on the call's loop.
  void atFirst(Runnable action) {
    first = action;
  }

  @Override
  public void head(int said, MultiMap headers) {
    status = said;
    head.complete(headers);
  }

  @Override
  public void data(Buffer bytes) {
    body.appendBuffer(bytes);
    length = body.length();
    Runnable action = first;
    first = null;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void end() {
    ends.incrementAndGet();
    over.complete("end");
  }

  @Override
  public void failed(GatewayException failure) {
    ends.incrementAndGet();
    head.completeExceptionally(failure);
    over.complete(failure.errorCode().code() + ": " + failure.getMessage());
  }

  /// The headers of the answer, once they are there.
  MultiMap headers() throws Exception {
    return head.get(10, TimeUnit.SECONDS);
  }

  /// Waits for the end: `end`, or what failed.
  String over() throws Exception {
    return over.get(10, TimeUnit.SECONDS);
  }

  boolean isOver() {
    return over.isDone();
  }

  int status() {
    return status;
  }

  /// Bytes so far.
  int length() {
    return length;
  }

  /// How often it was told the end.
  int ends() {
    return ends.get();
  }

  /// The body, once it is over.
  String body() throws Exception {
    over();
    return body.toString("ISO-8859-1");
  }
}

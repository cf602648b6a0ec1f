package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.limits.Decision.Standing;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// An answer on its way from an event loop to the thread that waits for it. What is not taken yet
/// is bounded: [#full] holds the upstream back.
final class InsideAnswer implements Answer {
  private static final long MOST_BYTES = 1 << 20;

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private volatile CallRecord.Tokens tokens = CallRecord.Tokens.NONE;

  /// What comes over.
  sealed interface Signal {
    record Bytes(Buffer bytes) implements Signal {}

    record End() implements Signal {}

    record Refused(ErrorAnswer error) implements Signal {}

    record Cut() implements Signal {}
  }

  /// The next bytes of the answer; null behind the last.
  ///
  /// @throws GatewayException for what a caller from outside would see as an error
  @Nullable Buffer take(Duration patience) throws InterruptedException {
    Signal signal = signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    return switch (signal) {
      case null ->
          throw new GatewayException(GatewayError.UPSTREAM_TIMED_OUT, "The call took too long.");
      case Signal.Bytes piece -> {
        waiting.addAndGet(-piece.bytes.length());
        yield piece.bytes;
      }
      case Signal.End end -> null;
      case Signal.Refused refused -> throw exception(refused.error);
      case Signal.Cut cut ->
          throw new GatewayException(GatewayError.UPSTREAM_FAILED, "The answer broke off.");
    };
  }

  private static GimbalException exception(ErrorAnswer error) {
    String message = ErrorText.of(error.body());
    return error.kind() instanceof GatewayError known
        ? new GatewayException(known, message, error.retryAfter(), null)
        : new GimbalException(error.kind(), message, List.of(), error.retryAfter(), null);
  }

  CallRecord.Tokens tokens() {
    return tokens;
  }

  private void add(Buffer bytes) {
    if (bytes.length() > 0) {
      waiting.addAndGet(bytes.length());
      signals.add(new Signal.Bytes(bytes));
    }
  }

  @Override
  public void limits(Standing standing) {}

  @Override
  public void warn(List<String> fields) {}

  @Override
  public void cached(String said, @Nullable String key) {}

  @Override
  public void used(CallRecord.Tokens used) {
    tokens = used;
  }

  @Override
  public void head(int status, String contentType) {}

  @Override
  public void write(Buffer bytes) {
    add(bytes);
  }

  @Override
  public boolean full() {
    return waiting.get() > MOST_BYTES;
  }

  @Override
  public void end(Buffer last) {
    add(last);
    signals.add(new Signal.End());
  }

  @Override
  public void whole(int status, String contentType, Buffer body) {
    end(body);
  }

  @Override
  public void refuse(ErrorAnswer error) {
    signals.add(new Signal.Refused(error));
  }

  @Override
  public void cut() {
    signals.add(new Signal.Cut());
  }
}

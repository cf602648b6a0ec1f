package dev.gimbal.platform.http;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that all requests together may hold. Thread-safe.
final class ByteBudget {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  ByteBudget(long limit) {
    this.limit = limit;
  }

  /// Takes some; false, and nothing taken, if they are not there.
  boolean take(long bytes) {
    if (held.addAndGet(bytes) > limit) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}

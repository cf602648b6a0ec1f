package dev.gimbal.gateway.routing;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Bounds how many calls are asked again of one target: a share of its calls and a few a second
/// beside. When everything fails, retries then add a fifth to the load and do not multiply it. As
/// Finagle's `RetryBudget` does and Google's "Site Reliability Engineering" (chapter 21) advises.
/// Thread-safe.
public final class RetryBudget {
  /// A retry in thousandths, so that a share of a call can be put in.
  private static final long ONE = 1_000;

  private static final long SHARE = ONE / 5;
  private static final long A_SECOND = 2 * ONE;
  private static final long MOST = 20 * ONE;
  private static final long NANOS = 1_000_000_000L;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private long balance = MOST / 2;
  private long refilled;

  /// @param nanos as [System#nanoTime] tells
  public RetryBudget(LongSupplier nanos) {
    this.nanos = nanos;
    this.refilled = nanos.getAsLong();
  }

  /// A call was made, not counting retries.
  public void deposit() {
    lock.lock();
    try {
      balance = Math.min(MOST, balance + SHARE);
    } finally {
      lock.unlock();
    }
  }

  /// Whether a call may be asked again; counts it if so.
  public boolean withdraw() {
    lock.lock();
    try {
      refill();
      if (balance < ONE) {
        return false;
      }
      balance -= ONE;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void refill() {
    long now = nanos.getAsLong();
    long passed = Math.min(now - refilled, 60 * NANOS);
    long earned = passed * A_SECOND / NANOS;
    if (earned > 0) {
      balance = Math.min(MOST, balance + earned);
      refilled = now;
    }
  }
}

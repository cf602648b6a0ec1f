package dev.gimbal.gateway.provider.local;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Leaves a processor to questions: while interactive texts come, one bulk text fewer runs at
/// once than there are threads, but always one. The operating system's priorities alone do not
/// keep a question quick: it is put behind whatever runs on the processor that it wakes on, and
/// is moved late. Thread-safe.
final class Courtesy {
  /// How long after an interactive text the next one is expected.
  static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int threads;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile long lastQuestion;
  private int running;

  /// @param threads for bulk texts, at least 1
  /// @param nanoTime as [System#nanoTime]
  Courtesy(int threads, LongSupplier nanoTime) {
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.lastQuestion = nanoTime.getAsLong() - MEMORY_NANOS;
  }

  /// An interactive text has come.
  void question() {
    lastQuestion = nanoTime.getAsLong();
  }

  /// Waits until a bulk text may run, which then has to [#leave].
  void enter() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!tryEnter()) {
        left.awaitNanos(MEMORY_NANOS);
      }
    } finally {
      lock.unlock();
    }
  }

  /// As [#enter], but says no instead of waiting.
  boolean tryEnter() {
    lock.lock();
    try {
      boolean asked = nanoTime.getAsLong() - lastQuestion < MEMORY_NANOS;
      if (running >= Math.max(1, asked ? threads - 1 : threads)) {
        return false;
      }
      running++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// A bulk text has ended.
  void leave() {
    lock.lock();
    try {
      running--;
      left.signal();
    } finally {
      lock.unlock();
    }
  }
}

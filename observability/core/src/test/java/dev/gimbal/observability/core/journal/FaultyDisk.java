package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A disk that does what a test tells it. Thread-safe.
final class FaultyDisk implements Disk {
  /// How much of a group is written before the disk is full.
  private static final int BEFORE_FULL = 37;

  private final AtomicInteger appends = new AtomicInteger();
  private final AtomicInteger syncs = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicReference<Duration> slow = new AtomicReference<>(Duration.ZERO);
  private volatile boolean full;
  private volatile boolean cutFails;
  private volatile boolean syncFails;
  private volatile CountDownLatch appendGate = new CountDownLatch(0);
  private volatile CountDownLatch syncGate = new CountDownLatch(0);

  void full(boolean value) {
    full = value;
  }

  void cutFails(boolean value) {
    cutFails = value;
  }

  void syncFails(boolean value) {
    syncFails = value;
  }

  /// The next append takes so long.
  void slowAppends(Duration once) {
    slow.set(once);
  }

  /// Appends wait until the latch is down.
  void holdAppends(CountDownLatch until) {
    appendGate = until;
  }

  /// Syncs wait until the latch is down.
  void holdSyncs(CountDownLatch until) {
    syncGate = until;
  }

  /// How many groups came this far, held or not.
  int begun() {
    return begun.get();
  }

  /// How many groups were tried.
  int appends() {
    return appends.get();
  }

  int syncs() {
    return syncs.get();
  }

  @Override
  public AppendFile create(Path path) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    return new FaultyFile(Disk.REAL.create(path));
  }

  private final class FaultyFile implements AppendFile {
    private final AppendFile file;

    FaultyFile(AppendFile file) {
      this.file = file;
    }

    @Override
    public void append(byte[] bytes, int length) throws IOException {
      begun.incrementAndGet();
      pass(appendGate);
      Duration pause = slow.getAndSet(Duration.ZERO);
      LockSupport.parkNanos(pause.toNanos());
      appends.incrementAndGet();
      if (full) {
        file.append(bytes, Math.min(length, BEFORE_FULL));
        throw new IOException("No space left on device");
      }
      file.append(bytes, length);
    }

    @Override
    public void cut(long length) throws IOException {
      if (cutFails) {
        throw new IOException("Input/output error");
      }
      file.cut(length);
    }

    @Override
    public void sync() throws IOException {
      pass(syncGate);
      syncs.incrementAndGet();
      if (syncFails) {
        throw new IOException("Input/output error");
      }
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    private static void pass(CountDownLatch gate) throws IOException {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}

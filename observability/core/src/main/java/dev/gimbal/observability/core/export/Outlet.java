package dev.gimbal.observability.core.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded queue and the thread that empties it, some at a time. What finds it full is dropped
/// and counted: nobody waits for what is behind it. Thread-safe.
final class Outlet<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);
  private static final Duration LAST = Duration.ofSeconds(5);

  private final BlockingQueue<T> queue;
  private final int atOnce;
  private final Duration linger;
  private final Drain<T> drain;
  private final Thread thread;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean closing = new AtomicBoolean();

  /// Takes some away. What it throws is logged, and what it was given is dropped.
  @FunctionalInterface
  interface Drain<T> {
    /// @throws Exception if they did not go
    void take(List<T> some) throws Exception;
  }

  /// @param most that wait
  /// @param atOnce that are taken away together
  /// @param linger how long the first of them waits for others
  Outlet(String name, int most, int atOnce, Duration linger, Drain<T> drain) {
    this.queue = new ArrayBlockingQueue<>(most);
    this.atOnce = atOnce;
    this.linger = linger;
    this.drain = drain;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Never waits.
  void put(T one) {
    if (closing.get() || !queue.offer(one)) {
      dropped.incrementAndGet();
    }
  }

  /// What was not taken away since the start.
  long dropped() {
    return dropped.get();
  }

  int waiting() {
    return queue.size();
  }

  private void run() {
    try {
      while (!closing.get() || !queue.isEmpty()) {
        T first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          take(gather(first));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropped.addAndGet(queue.size());
  }

  private List<T> gather(T first) throws InterruptedException {
    List<T> some = new ArrayList<>();
    some.add(first);
    long end = System.nanoTime() + linger.toNanos();
    while (some.size() < atOnce) {
      queue.drainTo(some, atOnce - some.size());
      long left = closing.get() ? 0 : end - System.nanoTime();
      if (some.size() == atOnce || left <= 0) {
        break;
      }
      T next = queue.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      some.add(next);
    }
    return some;
  }

  private void take(List<T> some) throws InterruptedException {
    try {
      drain.take(some);
    } catch (InterruptedException e) {
      dropped.addAndGet(some.size());
      throw e;
    } catch (Exception e) {
      dropped.addAndGet(some.size());
      LOG.warn("{} of {} could not be passed on: {}", some.size(), thread.getName(), e.toString());
    }
  }

  /// Takes away what waits, for some seconds at most.
  @Override
  public void close() {
    closing.set(true);
    try {
      if (thread.isAlive() && !thread.join(LAST)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}

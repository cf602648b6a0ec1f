package dev.gimbal.platform.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A bounded number of child processes that answer requests, for work that may hang, crash or
/// eat memory. Children start when first needed, each serves one request at a time, and one
/// that passes its deadline, dies or answers nonsense is killed and replaced: the failure is
/// that one call's.
///
/// Thread-safe; calls block, on virtual threads too. A child sees none of this process's
/// environment but `PATH`, works in a folder of its own that is deleted with it, and ends
/// with this process: it halts when its pipe closes ([ChildServer]), even after this process
/// was killed.
public final class ChildPool implements AutoCloseable {
  private final ChildPoolConfig config;
  private final ChildCommand command;
  private final Semaphore slots;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong started = new AtomicLong();
  private final ScheduledExecutorService reaper;

  private final Object lock = new Object();
  private final Deque<Child> idle = new ArrayDeque<>();
  private final Set<Child> all = new HashSet<>();
  private boolean closed;

  private ChildPool(ChildPoolConfig config, ChildCommand command) {
    this.config = config;
    this.command = command;
    this.slots = new Semaphore(config.children(), true);
    this.reaper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(config.name() + "-reaper").factory());
  }

  /// A pool that has no child yet.
  public static ChildPool create(ChildPoolConfig config, ChildCommand command) {
    ChildPool pool = new ChildPool(config, command);
    long periodMillis = Math.max(10, config.idleAtMost().toMillis() / 4);
    ScheduledFuture<?> _ =
        pool.reaper.scheduleWithFixedDelay(
            pool::endIdle, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    return pool;
  }

  /// Sends a request and waits for an answer of one part.
  ///
  /// @param deadline from when a child takes the request, its start included; waiting for a
  ///     free child is bounded by [ChildPoolConfig#waitAtMost]
  /// @throws ProcessException with the [ProcessError] that says what happened
  public byte[] call(byte[] request, Duration deadline) {
    List<byte[]> parts = new ArrayList<>(1);
    call(request, deadline, parts::add);
    if (parts.size() != 1) {
      throw new ProcessException(
          ProcessError.CHILD_GARBLED, "an answer of " + parts.size() + " parts, expected one");
    }
    return parts.getFirst();
  }

  /// Sends a request and hands on each part of the answer as it comes, on the calling thread.
  /// If `parts` throws, the child is killed and the exception passed on.
  ///
  /// @throws ProcessException as above; parts may have been handed on before
  public void call(byte[] request, Duration deadline, Consumer<byte[]> parts) {
    if (request.length > config.messageBytesAtMost()) {
      throw new IllegalArgumentException(
          "a request of %d bytes, limit %d".formatted(request.length, config.messageBytesAtMost()));
    }
    takeSlot();
    try {
      long deadlineNanos = System.nanoTime() + deadline.toNanos();
      Child child = takeChild();
      try {
        child.exchange(request, deadlineNanos, parts);
      } finally {
        giveBack(child);
      }
    } finally {
      slots.release();
    }
  }

  /// How many children run now.
  public int running() {
    synchronized (lock) {
      return (int) all.stream().filter(Child::alive).count();
    }
  }

  /// How many children were started so far.
  public long started() {
    return started.get();
  }

  /// Process ids of the children that run now.
  public List<Long> pids() {
    synchronized (lock) {
      return all.stream().filter(Child::alive).map(Child::pid).toList();
    }
  }

  private void takeSlot() {
    if (slots.tryAcquire()) {
      return;
    }
    boolean got = false;
    try {
      if (waiting.incrementAndGet() <= config.waitingCalls()) {
        got = slots.tryAcquire(config.waitAtMost().toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessException(
          ProcessError.CHILD_INTERRUPTED, "interrupted while waiting for a child", e);
    } finally {
      waiting.decrementAndGet();
    }
    if (!got) {
      throw new ProcessException(
          ProcessError.CHILD_BUSY, "all %d children are busy".formatted(config.children()));
    }
  }

  private Child takeChild() {
    synchronized (lock) {
      requireOpen();
      for (Child child = idle.pollFirst(); child != null; child = idle.pollFirst()) {
        if (child.alive()) {
          return child;
        }
        discard(child);
      }
    }
    Child child = start();
    synchronized (lock) {
      if (closed) {
        child.kill();
      }
      requireOpen();
      all.add(child);
    }
    return child;
  }

  private void requireOpen() {
    if (closed) {
      throw new ProcessException(ProcessError.CHILDREN_CLOSED, "the pool is closed");
    }
  }

  private Child start() {
    String name = config.name() + "-" + started.incrementAndGet();
    return new Child(Launch.start(command, config.name()), name, config.messageBytesAtMost());
  }

  private void giveBack(Child child) {
    synchronized (lock) {
      if (closed || !child.alive() || child.requests() >= config.requestsAtMost()) {
        discard(child);
      } else {
        idle.addFirst(child);
      }
    }
  }

  private void endIdle() {
    synchronized (lock) {
      long limit = config.idleAtMost().toNanos();
      while (!idle.isEmpty() && idle.peekLast().idleNanos() > limit) {
        discard(idle.pollLast());
      }
    }
  }

  private void discard(Child child) {
    child.kill();
    all.remove(child);
  }

  /// Kills all children; calls that run or wait fail with [ProcessError#CHILDREN_CLOSED] or
  /// [ProcessError#CHILD_DIED].
  @Override
  public void close() {
    reaper.shutdownNow();
    synchronized (lock) {
      closed = true;
      idle.clear();
      List.copyOf(all).forEach(this::discard);
    }
  }
}

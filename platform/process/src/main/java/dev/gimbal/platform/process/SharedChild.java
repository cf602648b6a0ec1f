package dev.gimbal.platform.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One child process that answers many requests at once, for work that shares something large, as
/// a loaded model. It starts when first needed and ends when idle. When it dies, hangs or answers
/// nonsense it is killed, the calls that ran in it fail, those that wait go to its successor.
///
/// Thread-safe; nothing here but [#close] blocks. The child's surroundings are as in
/// [ChildPool]; its side is [SharedChildServer]. Deadlines are the caller's, who cancels.
public final class SharedChild implements AutoCloseable {
  private final SharedChildConfig config;
  private final ChildCommand command;
  private final ScheduledExecutorService timer;
  private final AtomicLong started = new AtomicLong();

  /// Guards what follows and the links' lists of calls.
  private final Object lock = new Object();

  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private @Nullable SharedLink link;
  private boolean closed;

  /// Hears of one call: any number of parts, then the last or a failure. Called on threads of the
  /// child's, which it must not hold up. After a cancel at most what was under way still comes.
  public interface Listener {
    /// A part of the answer.
    void part(byte[] part);

    /// The end of the answer.
    void last(byte[] last);

    /// There is no answer, or no more of it.
    void failed(ProcessException failure);
  }

  /// A running or waiting call.
  public interface Call {
    /// Gives up; the child is told. May be called at any time, also after the end.
    void cancel();
  }

  private SharedChild(SharedChildConfig config, ChildCommand command) {
    this.config = config;
    this.command = command;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(config.name() + "-timer").factory());
  }

  /// Starts nothing yet.
  public static SharedChild create(SharedChildConfig config, ChildCommand command) {
    SharedChild child = new SharedChild(config, command);
    long periodMillis = Math.max(10, config.idleAtMost().toMillis() / 4);
    ScheduledFuture<?> _ =
        child.timer.scheduleWithFixedDelay(
            child::endIdle, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    return child;
  }

  /// Sends a request and returns at once.
  ///
  /// @throws ProcessException [ProcessError#CHILD_BUSY] if too many wait,
  ///     [ProcessError#CHILDREN_CLOSED] after [#close]
  public Call call(byte[] request, Listener listener) {
    if (request.length > config.messageBytesAtMost()) {
      throw new IllegalArgumentException(
          "a request of %d bytes, limit %d".formatted(request.length, config.messageBytesAtMost()));
    }
    Exchange exchange = new Exchange(request, listener);
    synchronized (lock) {
      if (closed) {
        throw new ProcessException(ProcessError.CHILDREN_CLOSED, "the child is closed");
      }
      boolean free = link == null || link.running() < config.calls();
      if (!free && waiting.size() >= config.waitingCalls()) {
        throw new ProcessException(
            ProcessError.CHILD_BUSY, waiting.size() + " calls wait for the child already");
      }
      waiting.add(exchange);
      admit();
    }
    return () -> cancel(exchange);
  }

  /// How many processes were started so far.
  public long started() {
    return started.get();
  }

  /// Process ids of those that run now: one or none.
  public List<Long> pids() {
    synchronized (lock) {
      return link == null ? List.of() : link.pids();
    }
  }

  /// With the lock held.
  void admit() {
    while (!closed && !waiting.isEmpty()) {
      if (link == null) {
        link = new SharedLink(this, command, config, config.name() + "-" + nextNumber(), lock);
        link.start();
      }
      if (link.running() >= config.calls()) {
        return;
      }
      link.send(waiting.remove());
    }
  }

  private long nextNumber() {
    return started.incrementAndGet();
  }

  /// With the lock held: no more calls go there.
  void forget(SharedLink gone) {
    if (gone.equals(link)) {
      link = null;
    }
  }

  private void cancel(Exchange exchange) {
    synchronized (lock) {
      exchange.silence();
      if (waiting.remove(exchange)) {
        return;
      }
      if (link != null && link.cancel(exchange)) {
        watch(link, exchange, config.cancelAtMost());
      }
    }
  }

  private void watch(SharedLink in, Exchange exchange, Duration pause) {
    ScheduledFuture<?> _ =
        timer.schedule(
            () -> killIfHung(in, exchange), pause.toNanos() + 1_000_000, TimeUnit.NANOSECONDS);
  }

  private void killIfHung(SharedLink in, Exchange exchange) {
    long silentNanos;
    synchronized (lock) {
      if (closed || !in.runs(exchange)) {
        return;
      }
      silentNanos = in.silentNanos();
      if (silentNanos < config.cancelAtMost().toNanos()) {
        watch(in, exchange, config.cancelAtMost().minusNanos(silentNanos));
        return;
      }
    }
    in.broken(
        new ProcessException(
            ProcessError.CHILD_TIMED_OUT, "the child did not end a cancelled call; killed"));
  }

  private void endIdle() {
    synchronized (lock) {
      if (link != null && link.idleNanos() > config.idleAtMost().toNanos()) {
        link.retire();
      }
    }
  }

  /// Kills the child and waits a little for its end; calls that run or wait fail with
  /// [ProcessError#CHILDREN_CLOSED].
  @Override
  public void close() {
    timer.shutdownNow();
    ProcessException end =
        new ProcessException(ProcessError.CHILDREN_CLOSED, "the child is closed");
    List<Exchange> left;
    SharedLink last;
    synchronized (lock) {
      closed = true;
      left = new ArrayList<>(waiting);
      waiting.clear();
      last = link;
    }
    left.forEach(exchange -> exchange.failed(end));
    if (last != null) {
      last.broken(end);
      last.awaitEnd();
    }
  }
}

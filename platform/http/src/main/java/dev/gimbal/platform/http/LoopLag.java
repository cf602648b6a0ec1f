package dev.gimbal.platform.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Measures how late each event loop runs what was due: the time that a handler kept it from
/// others. Thread-safe; costs some microseconds a second.
public final class LoopLag implements AutoCloseable {
  private final List<AtomicLong> worst = new ArrayList<>();
  private final List<ScheduledFuture<?>> probes = new ArrayList<>();

  private LoopLag() {}

  /// Begins to measure.
  ///
  /// @param every time between two probes of a loop
  public static LoopLag start(Vertx vertx, Duration every) {
    LoopLag lag = new LoopLag();
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      lag.probe(loop, every.toNanos());
    }
    return lag;
  }

  private void probe(EventExecutor loop, long period) {
    AtomicLong longest = new AtomicLong();
    worst.add(longest);
    long[] due = {System.nanoTime() + period};
    probes.add(
        loop.scheduleWithFixedDelay(
            () -> {
              long now = System.nanoTime();
              longest.accumulateAndGet(now - due[0], Math::max);
              due[0] = now + period;
            },
            period,
            period,
            TimeUnit.NANOSECONDS));
  }

  /// The longest lag of each loop in nanoseconds since the last call.
  public long[] takeWorstNanos() {
    return worst.stream().mapToLong(longest -> longest.getAndSet(0)).toArray();
  }

  @Override
  public void close() {
    probes.forEach(probe -> probe.cancel(false));
  }
}

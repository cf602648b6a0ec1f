package dev.gimbal.platform.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The event loops of this process, each of which says what keeps it: how late it is, and how much
/// processor time a handler takes at a stretch. Watching costs two looks at a clock an event and
/// stays on. Thread-safe.
public final class EventLoops implements AutoCloseable {
  private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

  private final List<LoopWatch> watches;
  private final Vertx vertx;
  private final List<ScheduledFuture<?>> probes = new ArrayList<>();

  private EventLoops(List<LoopWatch> watches, Vertx vertx) {
    this.watches = watches;
    this.vertx = vertx;
  }

  /// @param loops how many, or 0 for one a processor
  public static EventLoops start(int loops) {
    List<LoopWatch> watches = new CopyOnWriteArrayList<>();
    Vertx vertx =
        Vertx.builder()
            .with(
                // There is one class loader: to set it around each event says nothing.
                new VertxOptions()
                    .setDisableTCCL(true)
                    .setEventLoopPoolSize(
                        loops == 0 ? Runtime.getRuntime().availableProcessors() : loops))
            .withTransport(
                new TransportInternal("watched", true, null, WatchedTransport.create(watches)))
            .build();
    for (EventExecutor executor : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      executor.execute(ShortTurns::ask);
    }
    return new EventLoops(watches, vertx);
  }

  /// What runs on the loops.
  public Vertx vertx() {
    return vertx;
  }

  /// Begins to tell; once.
  ///
  /// @param every time between two probes of a loop's lag
  public synchronized void watch(LoopWatcher watcher, Duration every) {
    watches.forEach(watch -> watch.tell(watcher));
    int loop = 0;
    for (EventExecutor executor : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      probes.add(probe(executor, loop, watcher, every.toNanos()));
      loop++;
    }
  }

  private static ScheduledFuture<?> probe(
      EventExecutor executor, int loop, LoopWatcher watcher, long period) {
    long[] due = {System.nanoTime() + period};
    return executor.scheduleWithFixedDelay(
        () -> {
          long now = System.nanoTime();
          watcher.late(loop, Math.max(0, now - due[0]));
          due[0] = now + period;
        },
        period,
        period,
        TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized void close() throws ExecutionException, TimeoutException {
    probes.forEach(probe -> probe.cancel(false));
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_TIME.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

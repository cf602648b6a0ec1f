package dev.gimbal.server;

import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.http.LoopWatcher;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the event loops are, as metrics: `gimbal.loop.lag` is how late a loop runs what is due,
/// `gimbal.loop.held` the processor time of each handler that took a millisecond or more. No
/// handler may take more than 20 ms: one that does is named in the log.
final class LoopMetrics implements LoopWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(LoopMetrics.class);
  private static final Duration LONGEST = Duration.ofMillis(20);

  /// Time between two probes of a loop's lag.
  static final Duration EVERY = Duration.ofMillis(100);

  private final Metrics metrics;
  private final Map<Integer, Loop> loops = new ConcurrentHashMap<>();

  private record Loop(Metrics.Timer lag, Metrics.Timer held) {}

  LoopMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void late(int loop, long nanos) {
    of(loop).lag().record(Duration.ofNanos(nanos));
  }

  @Override
  public void held(int loop, long processorNanos, String by) {
    Duration took = Duration.ofNanos(processorNanos);
    of(loop).held().record(took);
    if (took.compareTo(LONGEST) > 0) {
      LOG.info("event loop {} was held for {} ms by {}", loop, took.toMillis(), by);
    }
  }

  private Loop of(int loop) {
    return loops.computeIfAbsent(
        loop,
        number ->
            new Loop(
                metrics.timer("gimbal.loop.lag", "loop", Integer.toString(number)),
                metrics.timer("gimbal.loop.held", "loop", Integer.toString(number))));
  }
}

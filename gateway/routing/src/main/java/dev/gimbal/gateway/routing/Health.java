package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How one target does: breaker, latency, calls under way. Reads take no lock. Thread-safe.
///
/// Latency is Finagle's peak EWMA: a decayed mean that jumps up at once when a call is slower and
/// comes down slowly, and that fades while nobody calls, so that a target which once was slow is
/// tried again.
public final class Health {
  /// What a call holds that was not let through.
  public static final long REFUSED = Breaker.REFUSED;

  /// After this time a measurement has lost about two thirds of its weight.
  private static final double DECAY_NANOS = Duration.ofSeconds(30).toNanos();

  private final HealthRule rule;
  private final LongSupplier nanos;
  private final Breaker breaker;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong begun = new AtomicLong();
  private volatile Latency latency;
  private volatile @Nullable LastFailure last;

  private record Latency(double mean, long at) {}

  /// The last time that it failed.
  ///
  /// @param atMillis since 1970
  public record LastFailure(Failure failure, long atMillis) {}

  /// For people.
  ///
  /// @param latencyNanos mean of the time to the first byte as it was last measured, whenever that
  ///     was; 0: not measured yet
  /// @param calls begun since the start of the process
  public record Shown(
      String state,
      double failureRate,
      double slowRate,
      int counted,
      long latencyNanos,
      int inFlight,
      long calls,
      Duration restsFor,
      @Nullable LastFailure last) {}

  /// @param nanos as [System#nanoTime] tells
  public Health(HealthRule rule, LongSupplier nanos) {
    this.rule = rule;
    this.nanos = nanos;
    this.breaker = new Breaker(rule, nanos);
    this.latency = new Latency(0, nanos.getAsLong());
  }

  /// Whether a call would be let through now.
  public boolean available() {
    return breaker.permits();
  }

  /// How long until it may be tried again; zero if now.
  public Duration restsFor() {
    return breaker.restsFor();
  }

  /// Calls under way.
  public int inFlight() {
    return inFlight.get();
  }

  /// Calls that were let through so far.
  public long calls() {
    return begun.get();
  }

  /// The decayed mean of the time to the first byte; 0: not measured of late.
  public double latencyNanos() {
    Latency now = latency;
    return now.mean * fading(nanos.getAsLong() - now.at);
  }

  /// What the next call may expect, to compare targets by. A target that nobody called for a while
  /// looks better and better, until one call finds out; while that one is under way, the others see
  /// what was measured last.
  double expectedNanos() {
    Latency now = latency;
    if (inFlight() == 0) {
      return latencyNanos();
    }
    return now.mean == 0 ? Double.MAX_VALUE : now.mean;
  }

  private static double fading(long passed) {
    return passed <= 0 ? 1 : Math.exp(-passed / DECAY_NANOS);
  }

  /// A call begins, or may not.
  ///
  /// @return what to end it with; [#REFUSED] if the breaker does not let it through
  public long began() {
    long permit = breaker.begin();
    if (permit != REFUSED) {
      inFlight.incrementAndGet();
      begun.incrementAndGet();
    }
    return permit;
  }

  /// A call begins although the breaker is open, since every other target of its route fails too,
  /// in proportion to what succeeds.
  ///
  /// @param chance random, from 0 to under 1
  /// @return what to end it with; its outcome does not move the breaker; [#REFUSED] if not even so
  public long despite(double chance) {
    if (!breaker.despite(chance)) {
      return REFUSED;
    }
    inFlight.incrementAndGet();
    begun.incrementAndGet();
    return Breaker.DESPITE;
  }

  /// A call begins although the breaker does not let it through: nobody else is to be asked.
  ///
  /// @return what to end it with; its outcome does not move the breaker
  public long insisted() {
    inFlight.incrementAndGet();
    begun.incrementAndGet();
    return REFUSED;
  }

  /// The call's answer was heard whole.
  ///
  /// @param firstByteNanos how long its first byte took
  public void succeeded(long permit, long firstByteNanos) {
    inFlight.decrementAndGet();
    measured(firstByteNanos);
    breaker.ended(permit, false, firstByteNanos >= rule.slow().toNanos());
  }

  /// The target failed the call. A failure that says nothing about the target counts for nothing
  /// but the last failure shown.
  public void failed(long permit, Failure failure, long tookNanos, long atMillis) {
    inFlight.decrementAndGet();
    last = new LastFailure(failure, atMillis);
    if (failure.targets()) {
      breaker.ended(permit, true, tookNanos >= rule.slow().toNanos());
    } else if (failure.callersFault()) {
      // It answered, and rightly: a caller's bad requests must not keep a target from closing.
      breaker.ended(permit, false, tookNanos >= rule.slow().toNanos());
    } else {
      breaker.forgotten(permit);
    }
  }

  /// The call ended without a word about the target.
  public void cancelled(long permit) {
    inFlight.decrementAndGet();
    breaker.forgotten(permit);
  }

  private void measured(long took) {
    Latency before = latency;
    long now = nanos.getAsLong();
    double kept = fading(now - before.at);
    // A lost race loses one measurement of many.
    double mean =
        before.mean <= 0 || took > before.mean * kept
            ? took
            : before.mean * kept + took * (1 - kept);
    latency = new Latency(mean, now);
  }

  /// For people.
  public Shown shown() {
    Breaker.Rates rates = breaker.rates();
    return new Shown(
        breaker.state().name().toLowerCase(Locale.ROOT),
        rates.failureRate(),
        rates.slowRate(),
        rates.calls(),
        (long) latency.mean,
        inFlight(),
        calls(),
        restsFor(),
        last);
  }
}

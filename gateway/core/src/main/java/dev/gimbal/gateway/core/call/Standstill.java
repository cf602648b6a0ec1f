package dev.gimbal.gateway.core.call;

/// Tells how long a loop stood still between two looks that should have come at a fixed period:
/// what an upstream answered meanwhile could not be heard. For one thread.
final class Standstill {
  private static final long SLACK_NANOS = 50_000_000;

  private final long period;
  private long last;

  /// @param now on the scale of [System#nanoTime]
  Standstill(long periodNanos, long now) {
    this.period = periodNanos;
    this.last = now;
  }

  /// A look. Nanoseconds by which it is late; 0 if it is about in time.
  long since(long now) {
    long late = now - last - period;
    last = now;
    return late > SLACK_NANOS ? late : 0;
  }
}

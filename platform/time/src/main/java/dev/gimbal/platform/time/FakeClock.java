package dev.gimbal.platform.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands until it is moved. Thread-safe.
public final class FakeClock extends Clock {
  private final AtomicReference<Instant> now;

  /// @param start the time it shows first
  public FakeClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /// Moves the clock; a negative duration moves it back.
  public void advance(Duration by) {
    now.updateAndGet(instant -> instant.plus(by));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    return now.get();
  }
}

package dev.gimbal.access.core;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Times as the database keeps them: UTC, microseconds.
final class Times {
  private Times() {}

  static OffsetDateTime column(Instant time) {
    return OffsetDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  static @Nullable OffsetDateTime columnOrNull(@Nullable Instant time) {
    return time == null ? null : column(time);
  }
}

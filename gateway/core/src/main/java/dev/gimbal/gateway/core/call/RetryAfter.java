package dev.gimbal.gateway.core.call;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// `Retry-After`, in seconds or as a date.
final class RetryAfter {
  /// Nobody waits longer; an upstream that says so is mistaken.
  private static final Duration LONGEST = Duration.ofHours(1);

  private RetryAfter() {}

  static @Nullable Duration parse(@Nullable String header, Clock clock) {
    if (header == null) {
      return null;
    }
    Duration wait = header.strip().matches("[0-9]{1,18}") ? seconds(header) : until(header, clock);
    if (wait == null || wait.isNegative()) {
      return null;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static Duration seconds(String header) {
    return Duration.ofSeconds(Long.parseLong(header.strip()));
  }

  private static @Nullable Duration until(String header, Clock clock) {
    try {
      ZonedDateTime at = ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(clock.instant(), at.toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}

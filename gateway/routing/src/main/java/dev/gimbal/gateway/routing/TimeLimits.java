package dev.gimbal.gateway.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long the calls of one route may take, where that differs from every other call. Null: as
/// every other call.
///
/// @param connect to a target, 1 ms to 10 s
/// @param firstByte until the first event of a target's answer, 1 ms to 1 h
/// @param silence of a target after that, between two pieces of its answer, 1 ms to 1 h
/// @param whole of a call in all, with every target that is asked; 1 ms to 24 h, and never longer
///     than every other call may take
public record TimeLimits(
    @Nullable Duration connect,
    @Nullable Duration firstByte,
    @Nullable Duration silence,
    @Nullable Duration whole) {
  /// The longest time to connect in.
  public static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  public TimeLimits {
    bounded("connect_millis", connect, LONGEST_CONNECT);
    bounded("first_byte_millis", firstByte, HOUR);
    bounded("silence_millis", silence, HOUR);
    bounded("whole_millis", whole, DAY);
  }

  private static void bounded(String field, @Nullable Duration value, Duration most) {
    if (value != null && (value.toMillis() < 1 || value.compareTo(most) > 0)) {
      throw new InvalidRouteException(
          "time_limits." + field,
          "must be 1 to " + most.toMillis() + ", but is " + value.toMillis());
    }
  }
}

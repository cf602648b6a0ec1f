package dev.gimbal.gateway.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// The time in which a limit's amount may be used.
public sealed interface Window {
  /// Start of a window that has no beginning.
  long NONE = 0;

  /// An hour, day or month of the calendar, in UTC.
  record Calendar(Period period) implements Window {
    /// Lengths of calendar windows.
    public enum Period {
      HOUR,
      DAY,
      MONTH
    }

    private Instant floor(Instant at) {
      return switch (period) {
        case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
        case DAY -> at.truncatedTo(ChronoUnit.DAYS);
        case MONTH ->
            at.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).toInstant();
      };
    }

    private Instant next(Instant start) {
      return switch (period) {
        case HOUR -> start.plus(1, ChronoUnit.HOURS);
        case DAY -> start.plus(1, ChronoUnit.DAYS);
        case MONTH -> start.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
      };
    }
  }

  /// The time that ends now: what was used counts for so long, each piece from its own instant on.
  ///
  /// @param length 1 s to 366 days
  record Rolling(Duration length) implements Window {
    /// Sixty seconds that end now.
    public static final Rolling MINUTE = new Rolling(Duration.ofMinutes(1));

    public Rolling {
      if (length.compareTo(Duration.ofSeconds(1)) < 0
          || length.compareTo(Duration.ofDays(366)) > 0) {
        throw new IllegalArgumentException("a rolling window is 1 s to 366 days, but is " + length);
      }
    }
  }

  /// For good.
  record Total() implements Window {}

  /// While a call runs.
  ///
  /// @param longest how long a call may run at most: so long a dead node's calls may live on
  record Running(Duration longest) implements Window {}

  /// Start of the window that holds an instant, in milliseconds since 1970; [#NONE] for windows
  /// that do not begin.
  default long startAt(long millis) {
    return this instanceof Calendar calendar
        ? calendar.floor(Instant.ofEpochMilli(millis)).toEpochMilli()
        : NONE;
  }

  /// End of the window that starts so; `Long.MAX_VALUE` for windows that do not end.
  default long endOf(long start) {
    return this instanceof Calendar calendar
        ? calendar.next(Instant.ofEpochMilli(start)).toEpochMilli()
        : Long.MAX_VALUE;
  }

  /// How long after its last use a unit comes back, in milliseconds; `Long.MAX_VALUE` if it does
  /// not come back within the window.
  default long lingerMillis() {
    return switch (this) {
      case Calendar c -> Long.MAX_VALUE;
      case Total t -> Long.MAX_VALUE;
      case Rolling rolling -> rolling.length().toMillis();
      case Running running -> running.longest().toMillis();
    };
  }
}

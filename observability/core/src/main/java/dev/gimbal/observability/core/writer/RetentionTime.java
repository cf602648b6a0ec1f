package dev.gimbal.observability.core.writer;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The time by which data is told to be past its own. What is deleted for a clock that was wrong
/// is gone: so a clock that leaps ahead is believed when it still says so a while later, by itself,
/// and until then nothing ages. A machine that was off for long looks the same, and deletes so much
/// later.
///
/// @param believed the time
/// @param doubted when a clock leapt beyond it, by that clock; null: none did
public record RetentionTime(Instant believed, @Nullable Instant doubted) {
  /// A clock may go so far between two looks at it.
  public static final Duration STEP = Duration.ofDays(2);

  /// A clock that leapt is believed when it says so for so long.
  public static final Duration PATIENCE = Duration.ofHours(20);

  /// The first look at a clock.
  public static RetentionTime first(Instant now) {
    return new RetentionTime(now, null);
  }

  /// The next look, days after the one before at most if all is well. A clock that goes back is
  /// believed: by an earlier time nothing more is past its own.
  public RetentionTime at(Instant now) {
    if (!now.isAfter(believed.plus(STEP))) {
      return first(now);
    }
    if (doubted == null || now.isBefore(doubted)) {
      return new RetentionTime(believed, now);
    }
    return now.isBefore(doubted.plus(PATIENCE)) ? this : first(now);
  }

  /// Whether the clock says another time.
  public boolean doubts() {
    return doubted != null;
  }
}

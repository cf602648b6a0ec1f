package dev.gimbal.observability.core;

import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A stretch of ids. A statement locks every partition that it may touch, with its indexes; what
/// asks for calls of any time does so stretch by stretch, each in a transaction of its own, so that
/// a year of partitions does not use up the database's locks.
///
/// @param low inclusive
/// @param high exclusive
record Window(UUID low, UUID high) {
  private static final Duration LENGTH = Duration.ofDays(30);
  private static final Duration AROUND = Duration.ofDays(1);
  private static final UUID LAST = new UUID(-1, -1);

  /// Windows one below the other that cover what is kept, the newest first.
  ///
  /// @param below nothing from this id on is asked for; null: everything
  static List<Window> back(Instant now, Duration kept, @Nullable UUID below) {
    Instant end = now.minus(kept).minus(AROUND);
    Instant from = below == null ? now : earlier(now, TimeOrderedIds.timeOf(below).plusMillis(1));
    UUID high = below == null ? LAST : below;
    List<Window> windows = new ArrayList<>();
    do {
      from = from.minus(LENGTH);
      UUID low = TimeOrderedIds.floor(from.isBefore(end) ? end : from);
      windows.add(new Window(low, high));
      high = low;
    } while (from.isAfter(end));
    return windows;
  }

  /// The ids that records of these times and their neighbours have.
  static Window around(Instant first, Instant last) {
    return new Window(
        TimeOrderedIds.floor(first.minus(AROUND)), TimeOrderedIds.floor(last.plus(AROUND)));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}

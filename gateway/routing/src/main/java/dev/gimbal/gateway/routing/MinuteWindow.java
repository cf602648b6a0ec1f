package dev.gimbal.gateway.routing;

import java.util.Arrays;

/// How much was used within the last minute, in slots of a second. What was used stays counted for
/// 60 to 61 seconds, so no minute holds more than what was let in. Not thread-safe.
final class MinuteWindow {
  private static final int SLOTS = 61;
  private static final long SECOND = 1_000_000_000L;

  private final long[] slots = new long[SLOTS];
  private long second;
  private long sum;

  /// @param now in nanoseconds, on a scale of the owner's
  MinuteWindow(long now) {
    this.second = Math.floorDiv(now, SECOND);
  }

  long used(long now) {
    turn(now);
    return sum;
  }

  void add(long now, long amount) {
    turn(now);
    slots[slot(second)] += amount;
    sum += amount;
  }

  /// Corrects what was added at a time, if that still counts.
  void correct(long now, long then, long difference) {
    turn(now);
    long due = Math.floorDiv(then, SECOND);
    if (due > second - SLOTS && due <= second) {
      int slot = slot(due);
      long change = Math.max(difference, -slots[slot]);
      slots[slot] += change;
      sum += change;
    }
  }

  /// How long until `amount` fits below `limit`; an amount above the limit fits when nothing is
  /// used.
  long nanosUntil(long now, long limit, long amount) {
    turn(now);
    long left = sum;
    for (long at = second - SLOTS + 1; left > 0 && left + amount > limit; at++) {
      if (at > second) {
        break;
      }
      left -= slots[slot(at)];
      if (left <= 0 || left + amount <= limit) {
        return Math.max(1, (at + SLOTS) * SECOND - now);
      }
    }
    return 0;
  }

  private void turn(long now) {
    long target = Math.floorDiv(now, SECOND);
    if (target - second >= SLOTS) {
      Arrays.fill(slots, 0);
      sum = 0;
      second = target;
    }
    while (second < target) {
      second++;
      int slot = slot(second);
      sum -= slots[slot];
      slots[slot] = 0;
    }
  }

  private static int slot(long second) {
    return (int) Math.floorMod(second, (long) SLOTS);
  }
}

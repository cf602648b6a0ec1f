package dev.gimbal.gateway.limits;

/// What was used in a rolling window and until when each piece counts: a ring ordered by time, so
/// its memory is what is used, not what is allowed. For one thread at a time.
///
/// Pieces of the same instant are one entry. Instants of amounts that are settled later are
/// rounded up to a 4096th of the window, so that entering one that is not the latest moves at most
/// so many others.
final class Aging {
  private static final int GRAINS = 4_096;

  private final long length;
  private final long grain;
  private long[] until = new long[8];
  private long[] amounts = new long[8];
  private int first;
  private int count;
  private long sum;

  /// @param length of the window, in nanoseconds
  /// @param exact whether instants are not rounded: right where they come in order
  Aging(long length, boolean exact) {
    this.length = length;
    this.grain = exact ? 1 : Math.max(1, length / GRAINS);
  }

  /// When what is used at an instant stops to count.
  long end(long at) {
    long end = at + length;
    return grain == 1 ? end : end + Math.floorMod(-end, grain);
  }

  /// What counts.
  long sum() {
    return sum;
  }

  /// Counts an amount until then.
  void add(long end, long amount) {
    if (amount == 0) {
      return;
    }
    sum += amount;
    int place = count;
    while (place > 0 && untilAt(place - 1) > end) {
      place--;
    }
    if (place > 0 && untilAt(place - 1) == end) {
      amounts[index(place - 1)] += amount;
      return;
    }
    if (count == until.length) {
      grow();
    }
    for (int i = count; i > place; i--) {
      until[index(i)] = until[index(i - 1)];
      amounts[index(i)] = amounts[index(i - 1)];
    }
    until[index(place)] = end;
    amounts[index(place)] = amount;
    count++;
  }

  /// Takes back what [#add] counted, if it still counts.
  void remove(long end, long amount) {
    for (int place = count - 1; place >= 0 && untilAt(place) >= end; place--) {
      if (untilAt(place) == end) {
        long taken = Math.min(amount, amounts[index(place)]);
        amounts[index(place)] -= taken;
        sum -= taken;
        return;
      }
    }
  }

  /// Forgets what stopped to count.
  void expire(long now) {
    while (count > 0 && until[first] - now <= 0) {
      sum -= amounts[first];
      first = (first + 1) % until.length;
      count--;
    }
  }

  /// Nanoseconds until so much has stopped to count; the window's length if it is not that much.
  long freeIn(long now, long amount) {
    long freed = 0;
    for (int place = 0; place < count; place++) {
      freed += amounts[index(place)];
      if (freed >= amount) {
        return Math.max(1, untilAt(place) - now);
      }
    }
    return length;
  }

  private int index(int place) {
    return (first + place) % until.length;
  }

  private long untilAt(int place) {
    return until[index(place)];
  }

  private void grow() {
    long[] moreUntil = new long[count * 2];
    long[] moreAmounts = new long[count * 2];
    for (int place = 0; place < count; place++) {
      moreUntil[place] = untilAt(place);
      moreAmounts[place] = amounts[index(place)];
    }
    until = moreUntil;
    amounts = moreAmounts;
    first = 0;
  }
}

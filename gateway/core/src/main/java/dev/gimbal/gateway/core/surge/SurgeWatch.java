package dev.gimbal.gateway.core.surge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Watches one series of spend (of a tenant, a key, a route) and says when it departs from its own
/// pattern. What is usual for an hour is the median of the same hour of the week in the last weeks;
/// its spread is the median absolute deviation times 1.4826, which for normal noise is the standard
/// deviation and which single wild hours hardly move (Iglewicz and Hoaglin, "How to detect and
/// handle outliers", 1993). Until three such hours are known, the dearest hour of the last two days
/// stands for the usual one. The running hour is compared, as far as it has come, with a whole
/// usual one: a surge is seen while it lasts, and half an hour is never taken for a low one.
///
/// One surge is one alert: the episode ends after two hours in a row that are no surge. An hour of
/// a surge enters the pattern of its hour of the week only up to the height from which on it was
/// one. Thread-safe; some kilobytes; in memory: whoever starts anew tells it the past hours first.
public final class SurgeWatch {
  private static final int WEEK = 7 * 24;
  private static final int WEEKS = 6;
  private static final int ENOUGH_WEEKS = 3;
  private static final int RECENT = 48;
  private static final int ENOUGH_HOURS = 24;
  private static final int CALM_HOURS = 2;
  private static final double NORMAL = 1.4826;

  /// A pattern without any noise must not make the first cent a surge.
  private static final double LEAST_SPREAD = 0.1;

  private final SurgeRule rule;
  private final List<Deque<Long>> weekly = new ArrayList<>();
  private final Deque<Long> recent = new ArrayDeque<>();
  private long hour = Long.MIN_VALUE;
  private long spent;
  private boolean surging;
  private int calm;

  public SurgeWatch(SurgeRule rule) {
    this.rule = rule;
    for (int at = 0; at < WEEK; at++) {
      weekly.add(new ArrayDeque<>(WEEKS + 1));
    }
  }

  /// @param known whether there is enough to judge by
  /// @param byWeek whether it is that of the hour of the week
  private record Usual(long median, double spread, boolean known, boolean byWeek) {}

  /// Something was spent.
  ///
  /// @param at when; what is older than the running hour counts for the running hour
  /// @return the surge, if one begins with this
  public synchronized Optional<Surge> spent(Instant at, long nanoUsd) {
    advance(at);
    spent += nanoUsd;
    Usual usual = usual(hour);
    if (surging || !surges(usual, spent)) {
      return Optional.empty();
    }
    surging = true;
    Instant begin = Instant.EPOCH.plus(Duration.ofHours(hour));
    double score = (spent - usual.median) / usual.spread;
    return Optional.of(new Surge(begin, spent, usual.median, score));
  }

  private void advance(Instant at) {
    long now = Math.floorDiv(at.getEpochSecond(), 3_600L);
    if (hour == Long.MIN_VALUE) {
      hour = now;
    }
    // After a silence longer than the memory only its last part matters.
    if (now - hour > (long) WEEK * WEEKS) {
      close();
      hour = now - (long) WEEK * WEEKS;
    }
    while (hour < now) {
      close();
      hour++;
    }
  }

  /// The hour is over: it enters the pattern.
  private void close() {
    Usual usual = usual(hour);
    boolean surge = surges(usual, spent);
    calm = surge ? 0 : calm + 1;
    surging &= calm < CALM_HOURS;
    long learnt = surge && usual.byWeek ? height(usual) : spent;
    add(weekly.get(weekHour(hour)), WEEKS, learnt);
    add(recent, RECENT, learnt);
    spent = 0;
  }

  private static void add(Deque<Long> hours, int most, long nano) {
    hours.addLast(nano);
    if (hours.size() > most) {
      hours.removeFirst();
    }
  }

  private static int weekHour(long hour) {
    return (int) Math.floorMod(hour, (long) WEEK);
  }

  private boolean surges(Usual usual, long nano) {
    return usual.known && nano > height(usual);
  }

  /// From which spend on an hour is a surge.
  private long height(Usual usual) {
    double above = Math.max(rule.score() * usual.spread, (double) rule.leastNano());
    return usual.median + (long) above;
  }

  private Usual usual(long of) {
    Deque<Long> same = weekly.get(weekHour(of));
    if (same.size() >= ENOUGH_WEEKS) {
      return usual(same);
    }
    long most = recent.stream().mapToLong(Long::longValue).max().orElse(0);
    return new Usual(most, spread(most), recent.size() >= ENOUGH_HOURS, false);
  }

  private static double spread(long median) {
    return Math.max(LEAST_SPREAD * median, 1);
  }

  private static Usual usual(Deque<Long> hours) {
    long[] values = hours.stream().mapToLong(Long::longValue).toArray();
    long median = median(values);
    long[] deviations = Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
    double spread = NORMAL * median(deviations);
    return new Usual(median, Math.max(spread, spread(median)), true, true);
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1
        ? values[middle]
        : values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
  }
}

package dev.gimbal.gateway.core.route;

import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What routes saved by asking a small model first, as it adds up until it is written. Thread-safe;
/// no lock that is held for long.
public final class Savings {
  private final Clock clock;
  private final Map<Day, Sum> sums = new ConcurrentHashMap<>();

  Savings(Clock clock) {
    this.clock = clock;
  }

  /// A route on a day, UTC.
  record Day(TenantId tenant, String route, LocalDate day) {}

  /// @param kept answers of the small models that were good enough
  /// @param escalated answers that were not
  /// @param savedNanoUsd what the last target would have cost for the kept ones, less what they
  ///     cost
  /// @param lostNanoUsd what the escalated ones cost
  record Sum(long kept, long escalated, long savedNanoUsd, long lostNanoUsd) {
    Sum plus(Sum other) {
      return new Sum(
          kept + other.kept,
          escalated + other.escalated,
          savedNanoUsd + other.savedNanoUsd,
          lostNanoUsd + other.lostNanoUsd);
    }
  }

  void kept(TenantId tenant, String route, long savedNanoUsd) {
    add(tenant, route, new Sum(1, 0, savedNanoUsd, 0));
  }

  void escalated(TenantId tenant, String route, long costNanoUsd) {
    add(tenant, route, new Sum(0, 1, 0, costNanoUsd));
  }

  private void add(TenantId tenant, String route, Sum sum) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    sums.merge(new Day(tenant, route, today), sum, Sum::plus);
  }

  /// Takes what there is; it is the caller's to write from here on.
  Map<Day, Sum> drain() {
    Map<Day, Sum> taken = new HashMap<>();
    for (Day day : List.copyOf(sums.keySet())) {
      Sum sum = sums.remove(day);
      if (sum != null) {
        taken.put(day, sum);
      }
    }
    return taken;
  }

  /// Puts back what could not be written.
  void restore(Map<Day, Sum> taken) {
    taken.forEach((day, sum) -> sums.merge(day, sum, Sum::plus));
  }
}

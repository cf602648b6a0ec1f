package dev.gimbal.gateway.routing;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/// A time of day on some days of the week, in a zone.
///
/// @param days empty: every day; the day on which the time begins, where it goes over midnight
/// @param from included
/// @param to left out; not after `from`: on the next day
public record Hours(ZoneId zone, Set<DayOfWeek> days, LocalTime from, LocalTime to) {
  public Hours {
    days = Set.copyOf(days);
  }

  boolean contain(Instant at) {
    ZonedDateTime local = at.atZone(zone);
    LocalTime time = local.toLocalTime();
    boolean over = !from.isBefore(to);
    if (!over) {
      return on(local.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
    }
    if (!time.isBefore(from)) {
      return on(local.getDayOfWeek());
    }
    return time.isBefore(to) && on(local.getDayOfWeek().minus(1));
  }

  private boolean on(DayOfWeek day) {
    return days.isEmpty() || days.contains(day);
  }
}

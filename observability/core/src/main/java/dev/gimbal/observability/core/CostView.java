package dev.gimbal.observability.core;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What calls cost, as `/api/costs` answers it.
///
/// @param groupBy as it was asked for; null: everything is one group
/// @param interval `hour` or `day` (UTC); null: the whole time at once
/// @param groups the dearest first
/// @param others what the groups beyond the limit come to; null: there are none
record CostView(
    Instant from,
    Instant until,
    @Nullable String groupBy,
    @Nullable String interval,
    Sum total,
    List<Group> groups,
    @Nullable Others others) {

  /// @param unknownCostCalls calls that went out and whose cost nobody knows; they are in no sum of
  ///     money
  /// @param costUsd null: of none of the calls the cost is known
  /// @param savedUsd what they would have cost beyond that without the cache and without small
  ///     models that were asked first, as far as it is known; below zero where those were asked in
  ///     vain
  record Sum(
      long calls,
      long failedCalls,
      long unknownCostCalls,
      @Nullable String costUsd,
      String savedUsd,
      long inputTokens,
      long cachedTokens,
      long outputTokens) {}

  /// @param name null: the calls that have none
  /// @param points by time, those in which there were calls; empty without an interval
  record Group(@Nullable String name, Sum sum, List<Point> points) {}

  /// @param groups how many they are
  record Others(int groups, Sum sum, List<Point> points) {}

  /// @param start of the hour or day
  record Point(Instant start, Sum sum) {}
}

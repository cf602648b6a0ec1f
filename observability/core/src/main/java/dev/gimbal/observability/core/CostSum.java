package dev.gimbal.observability.core;

import org.jspecify.annotations.Nullable;

/// Adds up what calls cost. Money that nobody knows is counted in calls and never as zero.
///
/// @param unknown calls that went out and have no cost
/// @param nanoUsd of the calls whose cost is known; null: of none
/// @param saved what they would have cost beyond that, as far as it is known
record CostSum(
    long calls,
    long failed,
    long unknown,
    @Nullable Long nanoUsd,
    long saved,
    long input,
    long cached,
    long output) {
  static final CostSum NONE = new CostSum(0, 0, 0, null, 0, 0, 0, 0);

  CostSum plus(CostSum other) {
    return new CostSum(
        calls + other.calls,
        failed + other.failed,
        unknown + other.unknown,
        sum(nanoUsd, other.nanoUsd),
        Math.addExact(saved, other.saved),
        input + other.input,
        cached + other.cached,
        output + other.output);
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
    if (one == null) {
      return other;
    }
    return other == null ? one : Long.valueOf(Math.addExact(one, other));
  }

  CostView.Sum view() {
    return new CostView.Sum(
        calls,
        failed,
        unknown,
        Evidence.usd(calls == 0 ? Long.valueOf(0) : nanoUsd),
        String.valueOf(Evidence.usd(saved)),
        input,
        cached,
        output);
  }
}

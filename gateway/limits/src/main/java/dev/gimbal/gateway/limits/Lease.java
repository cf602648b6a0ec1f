package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.Limit.Unit;
import org.jspecify.annotations.Nullable;

/// A node's share of one window of a limit. For one thread at a time.
final class Lease {
  private final Limit.Unit unit;
  private final @Nullable Aging aging;
  final long window;
  final long epoch;
  long held;
  long reserved;
  private long spent;
  long validUntil;
  long renewAt;
  boolean dirty;

  /// Calls that are neither settled nor cancelled.
  private int open;

  private final LeaseTrace.Mark mark;

  /// @param known what the store knows to be spent of it: an account that was forgotten goes on
  Lease(Limit limit, long window, long epoch, long known, LeaseTrace trace) {
    this.unit = limit.unit();
    this.window = window;
    this.epoch = epoch;
    this.aging =
        limit.window() instanceof Window.Rolling rolling
            ? new Aging(rolling.length().toNanos(), unit == Unit.REQUESTS)
            : null;
    this.spent = known;
    this.mark = trace.open(limit.id(), window, epoch, known);
  }

  /// Its end: nothing is written down of it any more.
  void close() {
    mark.close();
  }

  private void trace() {
    mark.used((aging == null ? spent : aging.sum()) + reserved);
  }

  /// Whether nothing more can change what it has to tell.
  boolean told() {
    return open == 0 && !dirty;
  }

  boolean usable(long now) {
    return now - validUntil < 0;
  }

  /// What counts and is settled.
  long spent(long now) {
    if (aging == null) {
      return spent;
    }
    aging.expire(now);
    return aging.sum();
  }

  /// Units that no call holds; below zero if calls used more than was reserved.
  long free(long now) {
    return held - spent(now) - reserved;
  }

  /// A request counts from the start, since nothing about it is learnt later; the rest is
  /// reserved.
  void take(long amount, long at) {
    open++;
    if (unit == Unit.REQUESTS) {
      use(amount, at);
    } else {
      reserved += amount;
    }
    dirty = true;
    trace();
  }

  /// @param at when the call was let in: from then on it counts
  void settle(long amount, long used, long at) {
    open--;
    if (unit != Unit.REQUESTS) {
      reserved -= amount;
      if (unit != Unit.PARALLEL) {
        use(used, at);
      }
    }
    dirty = true;
    trace();
  }

  void cancel(long amount, long at) {
    open--;
    if (unit != Unit.REQUESTS) {
      reserved -= amount;
    } else if (aging != null) {
      aging.remove(aging.end(at), amount);
    } else {
      spent -= amount;
    }
    dirty = true;
    trace();
  }

  private void use(long amount, long at) {
    if (aging == null) {
      spent += amount;
    } else {
      aging.add(aging.end(at), amount);
    }
  }

  /// Nanoseconds until an amount has come back by itself.
  long freeIn(long now, long amount) {
    return aging == null ? Long.MAX_VALUE : aging.freeIn(now, amount);
  }
}

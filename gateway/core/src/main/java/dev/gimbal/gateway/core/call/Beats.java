package dev.gimbal.gateway.core.call;

import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Lets those who watch a deadline look at the clock, several times per deadline: one timer an
/// event loop and period, however many calls there are, since a timer a call is a place in a heap
/// twice. For one event loop.
final class Beats {
  private static final ThreadLocal<Map<Long, Beats>> OF_LOOP =
      ThreadLocal.withInitial(HashMap::new);
  private static final long SHORTEST_MILLIS = 5;
  private static final long LONGEST_MILLIS = 500;

  private final Vertx vertx;
  private final long periodMillis;
  private @Nullable Watch first;
  private @Nullable Watch following;
  private Standstill standstill;
  private boolean runs;

  private Beats(Vertx vertx, long periodMillis) {
    this.vertx = vertx;
    this.periodMillis = periodMillis;
    this.standstill = standstill();
  }

  private Standstill standstill() {
    return new Standstill(periodMillis * 1_000_000, System.nanoTime());
  }

  /// Watches from now on, on this event loop, for a deadline of so many milliseconds.
  static Watch watch(Vertx vertx, long deadlineMillis, Runnable look) {
    return watchLateness(vertx, deadlineMillis, late -> look.run());
  }

  /// The same.
  ///
  /// @param look is told by how many nanoseconds it comes late, 0: about in time
  static Watch watchLateness(Vertx vertx, long deadlineMillis, LongConsumer look) {
    long period = Math.clamp(deadlineMillis / 4, SHORTEST_MILLIS, LONGEST_MILLIS);
    Map<Long, Beats> all = OF_LOOP.get();
    Beats beats = all.get(period);
    if (beats == null || !beats.vertx.equals(vertx)) {
      beats = new Beats(vertx, period);
      all.put(period, beats);
    }
    return beats.add(look);
  }

  /// Somebody who looks at each beat until it stops.
  static final class Watch {
    private final Beats beats;
    private final LongConsumer look;
    private @Nullable Watch before;
    private @Nullable Watch after;
    private boolean stopped;

    private Watch(Beats beats, LongConsumer look) {
      this.beats = beats;
      this.look = look;
    }

    /// Looks no more. Any number of times; on its event loop.
    void stop() {
      if (!stopped) {
        stopped = true;
        beats.remove(this);
      }
    }
  }

  private Watch add(LongConsumer look) {
    Watch watch = new Watch(this, look);
    Watch next = first;
    watch.after = next;
    if (next != null) {
      next.before = watch;
    }
    first = watch;
    if (!runs) {
      runs = true;
      standstill = standstill();
      vertx.setPeriodic(periodMillis, this::beat);
    }
    return watch;
  }

  /// Nothing leads on from it: one that has grown old would keep all that came after it from being
  /// collected.
  private void remove(Watch watch) {
    Watch next = watch.after;
    Watch previous = watch.before;
    watch.after = null;
    watch.before = null;
    if (following == watch) {
      following = next;
    }
    if (next != null) {
      next.before = previous;
    }
    if (previous != null) {
      previous.after = next;
    } else {
      first = next;
    }
  }

  private void beat(long timer) {
    if (first == null) {
      runs = false;
      vertx.cancelTimer(timer);
      return;
    }
    long late = standstill.since(System.nanoTime());
    following = first;
    for (Watch at = following; at != null; at = following) {
      following = at.after;
      at.look.accept(late);
    }
  }
}

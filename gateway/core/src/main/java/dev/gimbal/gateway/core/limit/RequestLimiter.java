package dev.gimbal.gateway.core.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Requests a minute per principal, exactly: of any 60 seconds none holds more than the limit.
/// Counts live in this process. Thread-safe; never waits longer than another call's count takes.
///
/// A window keeps the times of the requests that were let in during the last minute in a ring, so
/// its memory is what is used, not what is allowed.
public final class RequestLimiter {
  private static final long WINDOW_MILLIS = 60_000;

  /// Principals beyond this many make the idle ones be forgotten.
  private static final int MANY = 10_000;

  private final Clock clock;
  private final Map<UUID, Window> windows = new ConcurrentHashMap<>();

  /// @param clock tells the minute
  public RequestLimiter(Clock clock) {
    this.clock = clock;
  }

  /// Whether a request was let in.
  ///
  /// @param remaining requests that would still be let in now
  /// @param pause until the next one would be let in; zero if one would now
  public record Decision(boolean allowed, int limit, int remaining, Duration pause) {}

  /// Counts a request if the limit has room for it.
  public Decision take(UUID principal, int limit) {
    long now = clock.millis();
    if (windows.size() > MANY) {
      windows.values().removeIf(window -> window.idleAt(now));
    }
    while (true) {
      Window window = windows.computeIfAbsent(principal, id -> new Window());
      Decision decision = window.take(now, limit);
      if (windows.get(principal) == window || !decision.allowed()) {
        return decision;
      }
    }
  }

  private static final class Window {
    private final ReentrantLock lock = new ReentrantLock();
    private long[] times = new long[8];
    private int first;
    private int count;

    Decision take(long now, int limit) {
      lock.lock();
      try {
        while (count > 0 && now - times[first] >= WINDOW_MILLIS) {
          first = (first + 1) % times.length;
          count--;
        }
        boolean allowed = count < limit;
        if (allowed) {
          add(now);
        }
        int remaining = Math.max(0, limit - count);
        return new Decision(allowed, limit, remaining, Duration.ofMillis(waitFor(now, limit)));
      } finally {
        lock.unlock();
      }
    }

    private long waitFor(long now, int limit) {
      if (count < limit) {
        return 0;
      }
      if (limit == 0) {
        return WINDOW_MILLIS;
      }
      long freeing = times[(first + count - limit) % times.length];
      return Math.max(1, freeing + WINDOW_MILLIS - now);
    }

    private void add(long now) {
      if (count == times.length) {
        long[] larger = new long[count * 2];
        for (int i = 0; i < count; i++) {
          larger[i] = times[(first + i) % times.length];
        }
        times = larger;
        first = 0;
      }
      times[(first + count) % times.length] = now;
      count++;
    }

    boolean idleAt(long now) {
      lock.lock();
      try {
        return count == 0 || now - Arrays.stream(times).max().orElse(0) >= WINDOW_MILLIS;
      } finally {
        lock.unlock();
      }
    }
  }
}

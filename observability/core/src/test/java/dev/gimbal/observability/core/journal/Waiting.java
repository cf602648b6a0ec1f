package dev.gimbal.observability.core.journal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Polls, with a deadline.
public final class Waiting {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Waiting() {}

  /// Until a condition holds.
  public static void until(Callable<Boolean> condition) throws Exception {
    forValue(() -> condition.call() ? Boolean.TRUE : null);
  }

  /// Until there is a value.
  public static <T> T forValue(Callable<@Nullable T> source) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < deadline) {
      T value = source.call();
      if (value != null) {
        return value;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new AssertionError("did not happen within " + LONGEST);
  }
}

package dev.gimbal.gateway.routing;

import java.util.Arrays;

/// How the calls of the last ten seconds ended, by the second. Not thread-safe.
final class Recent {
  private static final int SECONDS = 10;
  private static final long SECOND = 1_000_000_000L;

  private final int[] ended = new int[SECONDS];
  private final int[] failed = new int[SECONDS];
  private long second;

  Recent(long nanos) {
    second = Math.floorDiv(nanos, SECOND);
  }

  void count(long nanos, boolean failure) {
    pass(nanos);
    int at = Math.floorMod(second, SECONDS);
    ended[at]++;
    failed[at] += failure ? 1 : 0;
  }

  int ended(long nanos) {
    pass(nanos);
    return Arrays.stream(ended).sum();
  }

  int failed(long nanos) {
    pass(nanos);
    return Arrays.stream(failed).sum();
  }

  private void pass(long nanos) {
    long now = Math.floorDiv(nanos, SECOND);
    for (long passed = Math.max(second + 1, now - SECONDS + 1); passed <= now; passed++) {
      int at = Math.floorMod(passed, SECONDS);
      ended[at] = 0;
      failed[at] = 0;
    }
    second = Math.max(second, now);
  }
}

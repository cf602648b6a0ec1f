package dev.gimbal.gateway.cache;

import java.time.Duration;

/// Settings of a node's cache.
///
/// @param mostBytes of all answers together, at least 1 MiB
/// @param largestBody bytes of a call that is looked at, 1 KiB to 64 MiB; a longer one goes past
/// @param onLoop bytes of a call that is compared at once; a longer one is read beside
/// @param largestAnswer bytes of an answer that is kept or held for followers, 1 KiB to 64 MiB
/// @param embedding how long a question's vector may take, 1 ms to 10 s; then it is a miss
public record CacheConfig(
    long mostBytes, int largestBody, int onLoop, int largestAnswer, Duration embedding) {

  /// An eighth of the heap.
  public static final CacheConfig DEFAULT =
      new CacheConfig(
          Math.max(1L << 20, Runtime.getRuntime().maxMemory() / 8),
          1 << 20,
          8 << 10,
          4 << 20,
          Duration.ofMillis(500));

  public CacheConfig {
    if (mostBytes < 1 << 20) {
      throw new IllegalArgumentException("most bytes must be at least 1 MiB, but is " + mostBytes);
    }
    within("the largest body", largestBody);
    within("the largest answer", largestAnswer);
    if (onLoop < 0 || onLoop > 1 << 20) {
      throw new IllegalArgumentException("on loop must be 0 to 1 MiB, but is " + onLoop);
    }
    if (embedding.compareTo(Duration.ofMillis(1)) < 0
        || embedding.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("embedding must be 1 ms to 10 s, but is " + embedding);
    }
  }

  private static void within(String what, int bytes) {
    if (bytes < 1 << 10 || bytes > 64 << 20) {
      throw new IllegalArgumentException(what + " must be 1 KiB to 64 MiB, but is " + bytes);
    }
  }
}

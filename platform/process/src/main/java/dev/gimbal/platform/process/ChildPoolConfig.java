package dev.gimbal.platform.process;

import java.time.Duration;

/// Limits of a pool of child processes.
///
/// @param name in thread names and log lines, as in `parser`
/// @param children at most so many at once, 1 to 64; each works on one request at a time
/// @param waitingCalls at most so many calls wait for a child, 0 to 100,000; one more is
///     refused
/// @param waitAtMost how long a call waits for a child before it is refused
/// @param idleAtMost a child that had no work for so long is ended
/// @param requestsAtMost a child is replaced after so many requests, at least 1
/// @param messageBytesAtMost limit of a request and of all parts of its answer together
public record ChildPoolConfig(
    String name,
    int children,
    int waitingCalls,
    Duration waitAtMost,
    Duration idleAtMost,
    int requestsAtMost,
    int messageBytesAtMost) {

  /// Two children, a minute of idleness, 64 MiB a message.
  public static final ChildPoolConfig DEFAULT =
      new ChildPoolConfig(
          "child", 2, 1_000, Duration.ofMinutes(10), Duration.ofMinutes(1), 1_000, 64 << 20);

  public ChildPoolConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (children < 1 || children > 64) {
      throw new IllegalArgumentException("children must be 1 to 64, but is " + children);
    }
    if (waitingCalls < 0 || waitingCalls > 100_000) {
      throw new IllegalArgumentException(
          "waiting-calls must be 0 to 100000, but is " + waitingCalls);
    }
    requirePositive("wait-at-most", waitAtMost);
    requirePositive("idle-at-most", idleAtMost);
    if (requestsAtMost < 1) {
      throw new IllegalArgumentException(
          "requests-at-most must be at least 1, but is " + requestsAtMost);
    }
    if (messageBytesAtMost < 1) {
      throw new IllegalArgumentException(
          "message-bytes-at-most must be at least 1, but is " + messageBytesAtMost);
    }
  }

  private static void requirePositive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(field + " must be more than nothing, but is " + value);
    }
  }
}

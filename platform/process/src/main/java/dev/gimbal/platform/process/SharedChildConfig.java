package dev.gimbal.platform.process;

import java.time.Duration;

/// Limits of a child process that answers many requests at once.
///
/// @param name in thread names and log lines
/// @param calls at most so many run in the child at once, 1 to 1,000
/// @param waitingCalls at most so many wait for one of those to end, 0 to 100,000; one more is
///     refused
/// @param idleAtMost a child that had no work for so long is ended
/// @param cancelAtMost a child that neither ends a cancelled call nor says anything for so long is
///     taken to hang, and killed
/// @param messageBytesAtMost limit of a request and of all parts of its answer together
public record SharedChildConfig(
    String name,
    int calls,
    int waitingCalls,
    Duration idleAtMost,
    Duration cancelAtMost,
    int messageBytesAtMost) {

  public SharedChildConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (calls < 1 || calls > 1_000) {
      throw new IllegalArgumentException("calls must be 1 to 1000, but is " + calls);
    }
    if (waitingCalls < 0 || waitingCalls > 100_000) {
      throw new IllegalArgumentException(
          "waiting-calls must be 0 to 100000, but is " + waitingCalls);
    }
    if (!idleAtMost.isPositive()) {
      throw new IllegalArgumentException("idle-at-most must be positive, but is " + idleAtMost);
    }
    if (!cancelAtMost.isPositive()) {
      throw new IllegalArgumentException("cancel-at-most must be positive, but is " + cancelAtMost);
    }
    if (messageBytesAtMost < 1) {
      throw new IllegalArgumentException(
          "message-bytes-at-most must be at least 1, but is " + messageBytesAtMost);
    }
  }
}

package dev.gimbal.platform.jobs;

import java.time.Duration;

/// How jobs run.
///
/// @param slots most jobs that run on this node at a time, 1 to 64
/// @param poll how often to look for jobs of other nodes and for requests to stop, 50 ms to 1 s
/// @param heartbeat how often a node says that it lives, 100 ms to 10 s; work of a node that was
///     silent for four of these is taken over within six
/// @param retries how often a failed attempt is repeated, 0 to 100
/// @param firstPause before the first retry; each next pause is twice as long
/// @param longestPause no pause grows beyond it, at least `firstPause`
public record JobsConfig(
    int slots,
    Duration poll,
    Duration heartbeat,
    int retries,
    Duration firstPause,
    Duration longestPause) {

  /// Four slots; a dead node's work is taken over within 48 seconds; the pauses before the 10
  /// retries add up to about a quarter of an hour.
  public static final JobsConfig DEFAULT =
      new JobsConfig(
          4,
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          10,
          Duration.ofSeconds(1),
          Duration.ofMinutes(5));

  public JobsConfig {
    if (slots < 1 || slots > 64) {
      throw new IllegalArgumentException("jobs.slots must be 1 to 64, but is " + slots);
    }
    within("jobs.poll", poll, Duration.ofMillis(50), Duration.ofSeconds(1));
    within("jobs.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofSeconds(10));
    if (retries < 0 || retries > 100) {
      throw new IllegalArgumentException("jobs.retries must be 0 to 100, but is " + retries);
    }
    within("jobs.first-pause", firstPause, Duration.ofMillis(1), Duration.ofHours(1));
    within("jobs.longest-pause", longestPause, firstPause, Duration.ofDays(1));
  }

  /// The pause after so many attempts, the first of them 1.
  Duration pauseAfter(int attempt) {
    int doublings = Math.min(attempt - 1, 30);
    Duration pause = firstPause.multipliedBy(1L << doublings);
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }

  private static void within(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }
}

package dev.gimbal.observability.core.recent;

import java.time.Duration;

/// How much of the journal is kept where it is the whole store.
///
/// @param mostBytes of the journal, 64 MiB or more; its oldest files go first
/// @param longest how long a file of it is kept after its last record
/// @param calls the latest that can be asked for, 1 or more
public record RecentConfig(long mostBytes, Duration longest, int calls) {
  /// 1 GiB, 400 days, 500 calls.
  public static final RecentConfig DEFAULT = new RecentConfig(1L << 30, Duration.ofDays(400), 500);

  public RecentConfig {
    if (mostBytes < 64 << 20) {
      throw new IllegalArgumentException("the journal is kept to 64 MiB at least: " + mostBytes);
    }
    if (calls < 1) {
      throw new IllegalArgumentException("at least one call can be asked for: " + calls);
    }
  }
}

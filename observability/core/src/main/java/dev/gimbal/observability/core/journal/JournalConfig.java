package dev.gimbal.observability.core.journal;

import java.nio.file.Path;
import java.time.Duration;

/// @param directory for the journal alone, on a local disk
/// @param segmentBytes a file is closed when it is this long, 64 KiB to 1 GiB
/// @param mostBytes of all files; when the database is away for so long, calls are refused; at
///     least four segments
/// @param mostQueued entries that wait for the disk, 16 or more
/// @param mostQueuedBytes of these entries, about; 64 KiB or more
/// @param syncEvery how much of what was written a power cut may take, in time, up to 10 s; zero: a
///     call has not ended before its end is on the disk, and only the journal's thread writes. What
///     a killed process wrote is safe at any rate.
public record JournalConfig(
    Path directory,
    long segmentBytes,
    long mostBytes,
    int mostQueued,
    long mostQueuedBytes,
    Duration syncEvery) {

  /// What is lost at most when the power fails.
  public static final Duration SYNC_EVERY = Duration.ofMillis(20);

  private static final Duration LONGEST = Duration.ofSeconds(10);

  /// 16 MiB a segment, 2 GiB together; 20,000 entries or 32 MiB wait; synced every 20 ms.
  public static JournalConfig in(Path directory) {
    return new JournalConfig(directory, 16L << 20, 2L << 30, 20_000, 32L << 20, SYNC_EVERY);
  }

  /// The same with another interval of syncing.
  public JournalConfig syncedEvery(Duration interval) {
    return new JournalConfig(
        directory, segmentBytes, mostBytes, mostQueued, mostQueuedBytes, interval);
  }

  public JournalConfig {
    if (segmentBytes < 64 << 10 || segmentBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "segment-bytes must be 64 KiB to 1 GiB, but is " + segmentBytes);
    }
    if (mostBytes < 4 * segmentBytes) {
      throw new IllegalArgumentException(
          "most-bytes must be at least four segments, but is " + mostBytes);
    }
    if (mostQueued < 16) {
      throw new IllegalArgumentException("most-queued must be 16 or more, but is " + mostQueued);
    }
    if (syncEvery.isNegative() || syncEvery.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("sync-every must be 0 to 10 s, but is " + syncEvery);
    }
    if (mostQueuedBytes < 64 << 10) {
      throw new IllegalArgumentException(
          "most-queued-bytes must be 64 KiB or more, but is " + mostQueuedBytes);
    }
  }
}

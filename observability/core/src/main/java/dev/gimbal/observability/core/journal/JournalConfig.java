package dev.gimbal.observability.core.journal;

import java.nio.file.Path;

/// @param directory for the journal alone, on a local disk
/// @param segmentBytes a file is closed when it is this long, 64 KiB to 1 GiB
/// @param mostBytes of all files; when the database is away for so long, calls are refused; at
///     least four segments
/// @param mostQueued entries that wait for the disk, 16 or more
/// @param mostQueuedBytes of these entries, about; 64 KiB or more
public record JournalConfig(
    Path directory, long segmentBytes, long mostBytes, int mostQueued, long mostQueuedBytes) {

  /// 16 MiB a segment, 2 GiB together; 20,000 entries or 32 MiB wait.
  public static JournalConfig in(Path directory) {
    return new JournalConfig(directory, 16L << 20, 2L << 30, 20_000, 32L << 20);
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
    if (mostQueuedBytes < 64 << 10) {
      throw new IllegalArgumentException(
          "most-queued-bytes must be 64 KiB or more, but is " + mostQueuedBytes);
    }
  }
}

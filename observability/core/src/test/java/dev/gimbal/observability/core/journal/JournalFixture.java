package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What tests of the journal share.
final class JournalFixture {
  static final Instant AT = Instant.parse("2026-11-22T10:00:00.123456789Z");
  static final TenantId TENANT = TenantId.FIRST;

  private static final Clock CLOCK = Clock.fixed(AT, ZoneOffset.UTC);
  private static final Ids IDS = new TimeOrderedIds(CLOCK);
  private static final int SMALL_SEGMENT = 64 << 10;

  private JournalFixture() {}

  static JournalConfig small(Path directory) {
    return new JournalConfig(
        directory, SMALL_SEGMENT, 4 * SMALL_SEGMENT, 100, SMALL_SEGMENT, Duration.ZERO);
  }

  static Journal started(Path directory, Disk disk) throws IOException {
    return started(small(directory), disk);
  }

  static Journal started(JournalConfig config, Disk disk) throws IOException {
    Journal journal = Journal.open(config, disk, CLOCK, entry -> {});
    journal.start();
    return journal;
  }

  static CallOpened call() {
    return Records.opened(TENANT, IDS.next(), 5L, AT);
  }

  static CallSettled end(CallOpened call) {
    return Records.settled(call, Outcome.SUCCEEDED, 3L, AT);
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  /// Every entry that a directory holds after what is torn was cut off.
  static List<Entry> entries(Path directory) throws Exception {
    try (Segments segments = Segments.open(directory)) {
      long end = segments.end();
      try (JournalReader reader = new JournalReader(segments, () -> end, 0)) {
        List<Entry> entries = new ArrayList<>();
        while (reader.position() < end) {
          entries.addAll(reader.read(1 << 20));
        }
        return entries;
      }
    }
  }

  static List<Entry> entries(Journal journal) throws Exception {
    await(journal.written());
    try (JournalReader reader = journal.reader(0)) {
      List<Entry> entries = new ArrayList<>();
      while (reader.position() < journal.end()) {
        entries.addAll(reader.read(1 << 20));
      }
      return entries;
    }
  }

  static List<UUID> opened(List<Entry> entries) {
    List<UUID> ids = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Opened opened) {
        ids.add(opened.call().id());
      }
    }
    return ids;
  }

  static List<UUID> settled(List<Entry> entries) {
    List<UUID> ids = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Settled settled) {
        ids.add(settled.call().id());
      }
    }
    return ids;
  }
}

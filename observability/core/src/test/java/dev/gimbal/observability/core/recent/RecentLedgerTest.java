package dev.gimbal.observability.core.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.SpentRecord.Piece;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.time.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each process here is a journal that is opened on what an earlier one left; one that is killed is
/// copied away while it runs.
final class RecentLedgerTest {
  private static final TenantId TENANT = TenantId.FIRST;
  private static final Instant AT = Instant.parse("2026-11-22T10:20:00Z");
  private static final Clock CLOCK = Clock.fixed(AT, ZoneOffset.UTC);
  private static final TimeOrderedIds IDS = new TimeOrderedIds(CLOCK);
  private static final RecentConfig KEPT = new RecentConfig(64L << 20, Duration.ofDays(400), 3);

  @TempDir private Path directory;

  @Test
  void shouldEndWhatAKilledProcessLeftOpenOnceAtItsReservedPrice() throws Exception {
    Path copy = directory.resolve("copy");
    CallOpened cut;
    try (OneLife process = new OneLife(directory.resolve("first"))) {
      process.settle(process.open(50), 30);
      cut = process.open(50);
      process.flush();
      process.copyTo(copy);
    }
    for (int start = 0; start < 3; start++) {
      try (OneLife process = new OneLife(copy)) {
        process.flush();
        KeptCall found = process.recent.find(TENANT, cut.id()).orElseThrow();
        assertThat(found.settled()).isNull();
        assertThat(process.spent()).as("start %d", start).isEqualTo(30 + 50);
        process.copyTo(directory.resolve("copy" + start));
        copy = directory.resolve("copy" + start);
      }
    }
  }

  @Test
  void shouldTellHowFarBehindTheJournalItIs() throws Exception {
    JournalConfig config = JournalConfig.in(directory).syncedEvery(Duration.ZERO);
    try (Journal journal = Journal.open(config, CLOCK, entry -> {});
        RecentLedger recent = new RecentLedger(journal, directory, KEPT, CLOCK)) {
      journal.start();
      journal.open(Records.opened(TENANT, IDS.next(), 1L, AT)).get(20, TimeUnit.SECONDS);
      long end = journal.written().get(20, TimeUnit.SECONDS);
      assertThat(recent.lag()).isPositive();

      recent.start();
      recent.committed(end).get(20, TimeUnit.SECONDS);
      assertThat(recent.lag()).isZero();
    }
  }

  @Test
  void shouldCountACallOnceThatEndsBehindTheCheckpointItBeganBefore() throws Exception {
    try (OneLife process = new OneLife(directory)) {
      process.settle(process.open(50), 7);
      process.flush();
    }
    try (OneLife process = new OneLife(directory)) {
      process.settle(process.open(50), 5);
      process.flush();
      assertThat(process.spent()).isEqualTo(7 + 5);
    }
    assertThat(directory.resolve("checkpoint")).exists();
  }

  @Test
  void shouldShowCallsOfEarlierProcessesAndThoseThatAreNotInMemoryFromTheJournal()
      throws Exception {
    List<UUID> made = new ArrayList<>();
    try (OneLife process = new OneLife(directory)) {
      for (int i = 0; i < 5; i++) {
        CallOpened call = process.open(1);
        process.settle(call, 1);
        made.add(call.id());
      }
      process.flush();
    }
    try (OneLife process = new OneLife(directory)) {
      process.flush();
      assertThat(ids(process.recent.latest(TENANT, null, call -> true, 10)))
          .isEqualTo(made.reversed());
      assertThat(ids(process.recent.latest(TENANT, made.get(1), call -> true, 10)))
          .isEqualTo(made.subList(0, 1));
      assertThat(process.recent.find(TENANT, made.getFirst()).orElseThrow().settled()).isNotNull();
      TenantId other = new TenantId(IDS.next());
      assertThat(process.recent.latest(other, null, call -> true, 10).calls()).isEmpty();
      assertThat(process.recent.find(other, made.getFirst())).isEmpty();
      assertThat(process.recent.find(other, made.getLast())).isEmpty();
    }
  }

  @Test
  void shouldRememberWhatWasSpentWhenTheRecordsThemselvesAreGone() throws Exception {
    try (OneLife process = new OneLife(directory)) {
      process.settle(process.open(50), 9);
      process.flush();
    }
    try (OneLife process = new OneLife(directory)) {
      process.flush();
    }
    try (OneLife process = new OneLife(directory)) {
      process.flush();
      process.journal.trim(process.journal.end(), 0, AT);
      assertThat(process.recent.find(TENANT, process.open(1).id())).isEmpty();
      assertThat(process.spent()).isEqualTo(9);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.filter(path -> path.toString().endsWith(".journal")).count()).isEqualTo(1);
    }
    try (OneLife process = new OneLife(directory)) {
      process.flush();
      assertThat(process.spent()).isEqualTo(9 + 1);
    }
  }

  @Test
  void shouldKeepRecordsWhenTheClockLeapsAheadAndComesBack() throws Exception {
    UUID first;
    try (OneLife process = new OneLife(directory)) {
      CallOpened call = process.open(50);
      process.settle(call, 9);
      first = call.id();
      process.flush();
    }
    FakeClock clock = new FakeClock(Instant.now());
    try (OneLife process = new OneLife(directory, clock)) {
      process.flush();
      clock.advance(KEPT.longest().multipliedBy(2));
      process.settle(process.open(50), 1);
      process.flush();
    }
    try (OneLife process = new OneLife(directory)) {
      process.flush();
      assertThat(process.recent.find(TENANT, first)).isPresent();
    }
  }

  private static List<UUID> ids(RecentCalls found) {
    return found.calls().stream().map(call -> call.opened().id()).toList();
  }

  private static final class OneLife implements AutoCloseable {
    private final Path home;
    private final Journal journal;
    private final RecentLedger recent;

    OneLife(Path home) throws Exception {
      this(home, CLOCK);
    }

    OneLife(Path home, Clock clock) throws Exception {
      this.home = home;
      JournalConfig config = JournalConfig.in(home).syncedEvery(Duration.ZERO);
      this.journal = Journal.open(config, clock, entry -> {});
      this.recent = new RecentLedger(journal, home, KEPT, clock);
      journal.start();
      recent.start();
    }

    CallOpened open(long reserved) throws Exception {
      CallOpened call = Records.opened(TENANT, IDS.next(), reserved, AT);
      journal.open(call).get(20, TimeUnit.SECONDS);
      return call;
    }

    void settle(CallOpened call, long cost) throws Exception {
      CallSettled end = Records.settled(call, Outcome.SUCCEEDED, cost, AT);
      journal.settle(end).get(20, TimeUnit.SECONDS);
    }

    void flush() throws Exception {
      long end = journal.written().get(20, TimeUnit.SECONDS);
      recent.committed(end).get(20, TimeUnit.SECONDS);
    }

    long spent() {
      return recent.spent().since(TENANT, null, null, AT.minus(Duration.ofDays(1))).stream()
          .mapToLong(Piece::nanoUsd)
          .sum();
    }

    void copyTo(Path other) throws Exception {
      Files.createDirectories(other);
      // As a kill leaves it: a checkpoint is never newer than the journal beside it.
      copy("checkpoint", other);
      try (Stream<Path> files = Files.list(home)) {
        for (String name : files.map(file -> String.valueOf(file.getFileName())).toList()) {
          if (!name.startsWith("checkpoint")) {
            copy(name, other);
          }
        }
      }
    }

    private void copy(String name, Path other) throws Exception {
      if (Files.exists(home.resolve(name))) {
        Files.copy(home.resolve(name), other.resolve(name));
      }
    }

    @Override
    public void close() throws IOException {
      journal.close();
      recent.close();
    }
  }
}

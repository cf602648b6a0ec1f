package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.core.writer.LedgerWriter;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.time.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionIT {
  /// So long ago that the database's own clock is ahead of it all the time.
  private final FakeClock clock = new FakeClock(Instant.parse("2023-11-22T23:59:00Z"));

  private final Ids ids = new TimeOrderedIds(clock);

  @TempDir private Path directory;

  @Test
  void shouldDropEachKindByWholeDaysWhenItsTimeIsOver() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.migrate("observability");
      try (Journal journal = Journal.open(JournalFixture.small(directory), clock, entry -> {});
          LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock)) {
        journal.start();
        writer.start();
        record(journal, writer, ids.next());
        assertThat(kept(database)).isEqualTo("1 1 1");

        clock.advance(Duration.ofDays(30));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("the 30th day").isEqualTo("2 2 2");

        clock.advance(Duration.ofDays(1));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("the 31st day").isEqualTo("3 2 2");

        clock.advance(Duration.ofDays(370));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("the 401st day, after a leap").isEqualTo("4 3 3");

        clock.advance(Duration.ofDays(1));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("the 402nd day").isEqualTo("4 2 2");
        assertThat(inDefault(database)).isZero();
      }
    }
  }

  @Test
  void shouldDropNothingForAClockThatLeapsAheadAndComesBack() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.migrate("observability");
      try (Journal journal = Journal.open(JournalFixture.small(directory), clock, entry -> {});
          LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock)) {
        journal.start();
        writer.start();
        record(journal, writer, ids.next());

        clock.advance(Duration.ofDays(500));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("500 days ahead").isEqualTo("2 2 2");

        clock.advance(Duration.ofDays(-499));
        record(journal, writer, ids.next());
        clock.advance(Duration.ofDays(1));
        record(journal, writer, ids.next());
        assertThat(kept(database)).as("back again").isEqualTo("4 4 4");
      }
    }
  }

  @Test
  void shouldKeepACallWhoseIdIsFromNoKeptDay() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.migrate("observability");
      try (Journal journal = Journal.open(JournalFixture.small(directory), clock, entry -> {});
          LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock)) {
        journal.start();
        writer.start();
        record(journal, writer, new UUID(-1, -1));

        assertThat(kept(database)).isEqualTo("1 1 1");
        assertThat(inDefault(database)).isEqualTo(1);
        assertThat(writer.lost()).isZero();
      }
    }
  }

  private void record(Journal journal, LedgerWriter writer, UUID id) throws Exception {
    CallOpened call = Records.opened(JournalFixture.TENANT, id, 5L, clock.instant());
    JournalFixture.await(journal.open(call));
    journal.content(
        new ContentRecord(
            JournalFixture.TENANT, id, ContentRecord.Direction.INPUT, new byte[] {1}, true));
    journal.span(
        new SpanRecord(
            JournalFixture.TENANT,
            id,
            TraceContext.begin(),
            null,
            "test",
            "key_1",
            null,
            null,
            Map.of(),
            Map.of(),
            "text",
            clock.instant(),
            Duration.ZERO));
    JournalFixture.await(
        journal.settle(Records.settled(call, Outcome.SUCCEEDED, 3L, clock.instant())));
    JournalFixture.await(writer.committed(JournalFixture.await(journal.written())));
  }

  private static String kept(Database database) {
    return String.join(
        " ",
        List.of("call", "span", "content").stream()
            .map(table -> Long.toString(count(database, "observability." + table)))
            .toList());
  }

  private static long inDefault(Database database) {
    return count(database, "observability.call_default");
  }

  private static long count(Database database, String table) {
    return database.asOwner(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(Long.class).one());
  }
}

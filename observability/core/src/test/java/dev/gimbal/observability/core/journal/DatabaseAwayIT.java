package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.core.writer.LedgerWriter;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.time.FakeClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database goes away and comes back; what it answered to a commit is lost.
final class DatabaseAwayIT {
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path directory;

  private volatile boolean away;

  @Test
  void shouldRefuseCallsAtTheJournalsBoundWhileTheDatabaseIsAwayAndLoseNothing() throws Exception {
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      away = true;
      int taken = 0;
      try (Journal journal = JournalFixture.started(directory, Disk.REAL);
          LedgerWriter writer =
              new LedgerWriter(
                  journal, OwnerAround.of(real, this::maybe), Retained.DEFAULT, CLOCK)) {
        writer.start();
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        while (!last.isCompletedExceptionally()) {
          CallOpened call = JournalFixture.call();
          last = journal.open(call);
          if (last.handle((done, failure) -> failure == null).join()) {
            journal.settle(JournalFixture.end(call)).join();
            taken++;
          }
        }
        assertThat(writer.failing()).isTrue();
        away = false;
        JournalFixture.await(writer.committed(journal.end()));
        Waiting.until(() -> journal.whyNot() == null);
        CallOpened after = JournalFixture.call();
        JournalFixture.await(journal.open(after));
        JournalFixture.await(journal.settle(JournalFixture.end(after)));
        taken++;
        JournalFixture.await(writer.committed(journal.end()));
      }
      assertThat(rows(real)).isEqualTo(taken).isGreaterThan(100);
    }
  }

  @Test
  void shouldTellItsLagByTheTimeThatPassedHoweverTheClockJumps() throws Exception {
    FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      away = true;
      try (Journal journal = JournalFixture.started(directory, Disk.REAL);
          LedgerWriter writer =
              new LedgerWriter(
                  journal, OwnerAround.of(real, this::maybe), Retained.DEFAULT, clock)) {
        writer.start();
        JournalFixture.await(journal.open(JournalFixture.call()));
        Waiting.until(writer::failing);

        clock.advance(Duration.ofHours(1));
        assertThat(writer.lag()).isPositive().isLessThan(Duration.ofMinutes(30));
        clock.advance(Duration.ofHours(-2));
        assertThat(writer.lag()).isPositive();
        away = false;
        JournalFixture.await(writer.committed(journal.end()));
      }
    }
  }

  @Test
  void shouldWriteNothingTwiceWhenTheAnswerToACommitIsLost() throws Exception {
    Random random = new Random(7);
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      Database forgetful =
          OwnerAround.of(
              real,
              (database, work) -> {
                Object result = database.asOwner(work::run);
                if (random.nextInt(3) == 0) {
                  throw gone();
                }
                return result;
              });
      try (Journal journal = JournalFixture.started(directory, Disk.REAL);
          LedgerWriter writer = new LedgerWriter(journal, forgetful, Retained.DEFAULT, CLOCK)) {
        writer.start();
        for (int call = 0; call < 60; call++) {
          CallOpened opened = JournalFixture.call();
          JournalFixture.await(journal.open(opened));
          if (call % 5 == 0) {
            JournalFixture.await(writer.committed(journal.end()));
          }
          JournalFixture.await(journal.settle(JournalFixture.end(opened)));
        }
        JournalFixture.await(writer.committed(journal.end()));
      }
      assertThat(rows(real)).isEqualTo(60);
      assertThat(stillOpen(real)).isZero();
    }
  }

  @Test
  void shouldWriteTheOthersWhenOneRowIsRefused() throws Exception {
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      try (Journal journal = JournalFixture.started(directory, Disk.REAL);
          LedgerWriter writer = new LedgerWriter(journal, real, Retained.DEFAULT, CLOCK)) {
        writer.start();
        UUID twice = JournalFixture.call().id();
        journal.content(said(twice));
        JournalFixture.await(journal.written());
        JournalFixture.await(writer.committed(journal.end()));
        CallOpened call = JournalFixture.call();
        journal.content(said(twice));
        JournalFixture.await(journal.open(call));
        JournalFixture.await(journal.settle(JournalFixture.end(call)));
        JournalFixture.await(writer.committed(journal.end()));

        assertThat(rows(real)).isEqualTo(1);
        assertThat(writer.lost()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldEndTheCallsOfANodeThatNeverComesBackAsUnknownOnce() throws Exception {
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      Path lost = directory.resolve("lost");
      openOneCall(real, lost);
      real.asOwner(
          handle ->
              handle.execute(
                  "UPDATE observability.journal SET changed = now() - interval '8 days'"));
      openOneCall(real, directory.resolve("alive"));
      assertThat(rows(real)).isEqualTo(1);
      assertThat(stillOpen(real)).isEqualTo(1);

      openOneCall(real, lost);
      assertThat(rows(real)).as("the node came back after all").isEqualTo(1);
    }
  }

  /// The clock of the database leapt ahead: the node is as alive as before.
  @Test
  void shouldLeaveTheCallsOfOthersOpenWhereOnlyTheDatabasesClockIsDaysAhead() throws Exception {
    try (TestDatabase real = TestDatabase.fresh()) {
      real.migrate("observability");
      openOneCall(real, directory.resolve("alive"));
      real.asOwner(
          handle ->
              handle.execute(
                  "UPDATE observability.journal SET changed = now() - interval '8 days'"));
      FakeClock behind = new FakeClock(Instant.now().minus(Duration.ofDays(8)));

      openOneCall(real, directory.resolve("second"), behind);

      assertThat(rows(real)).isZero();
      assertThat(stillOpen(real)).isEqualTo(2);
    }
  }

  private static void openOneCall(Database database, Path journals) throws Exception {
    openOneCall(database, journals, CLOCK);
  }

  /// A process that ends while its call runs.
  private static void openOneCall(Database database, Path journals, Clock clock) throws Exception {
    try (Journal journal = JournalFixture.started(journals, Disk.REAL);
        LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock)) {
      writer.start();
      JournalFixture.await(journal.open(JournalFixture.call()));
      JournalFixture.await(writer.committed(JournalFixture.await(journal.written())));
    }
  }

  private Object maybe(Database database, Database.OwnerWork<?> work) {
    if (away) {
      throw gone();
    }
    return database.asOwner(work::run);
  }

  private static DatabaseException gone() {
    return new DatabaseException(DatabaseError.DATABASE_UNAVAILABLE, "gone", null);
  }

  private static ContentRecord said(UUID id) {
    return new ContentRecord(
        JournalFixture.TENANT, id, ContentRecord.Direction.INPUT, new byte[] {1}, true);
  }

  private static long rows(Database database) {
    return count(database, "SELECT count(*) FROM observability.call");
  }

  private static long stillOpen(Database database) {
    return count(database, "SELECT count(*) FROM observability.opened");
  }

  private static long count(Database database, String sql) {
    return database.asOwner(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }
}

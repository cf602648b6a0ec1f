package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.core.journal.KilledProcess.Stage;
import dev.gimbal.observability.core.writer.LedgerWriter;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes that die, one after the other, on one journal and one database: at each named
/// stage, and from outside at random. `-Dgimbal.ledger.kills=N` makes more of them.
final class LedgerKillIT {
  private static final int KILLS = Integer.getInteger("gimbal.ledger.kills", 8);
  private static final long SEED = Long.getLong("gimbal.ledger.seed", 20261122);
  private static final Duration LONGEST_LIFE = Duration.ofSeconds(90);

  private final Set<UUID> opened = new HashSet<>();
  private final Set<UUID> settled = new HashSet<>();

  @TempDir private Path directory;

  private record Kept(String outcome, @Nullable Long cost) {}

  @Test
  void shouldKeepEachAcknowledgedCallExactlyOnceWhereverTheProcessIsKilled() throws Exception {
    Random random = new Random(SEED);
    try (TestDatabase database = TestDatabase.fresh()) {
      database.migrate("observability");
      Stage[] stages = Stage.values();
      for (int kill = 0; kill < KILLS; kill++) {
        liveAndDie(database, stages[kill % stages.length], random);
      }
      Map<UUID, Kept> rows = restartAndRead(database);

      assertThat(opened).as("calls made").hasSizeGreaterThan(KILLS);
      assertThat(rows.keySet()).as("seed %d: every call acknowledged", SEED).containsAll(opened);
      assertThat(settled).allSatisfy(call -> assertThat(rows.get(call)).isEqualTo(succeeded()));
      assertThat(rows.values())
          .allSatisfy(row -> assertThat(row).isIn(succeeded(), lost()))
          .contains(lost());
    }
  }

  private static Kept succeeded() {
    return new Kept("succeeded", KilledProcess.COST);
  }

  private static Kept lost() {
    return new Kept("unknown", KilledProcess.RESERVED);
  }

  private void liveAndDie(TestDatabase database, Stage stage, Random random) throws Exception {
    DatabaseConfig.Login login = (DatabaseConfig.Login) database.config().server();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledProcess.class.getName(),
                    directory.toString(),
                    login.url(),
                    login.user(),
                    login.password(),
                    Long.toString(random.nextLong()),
                    stage.name()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      read(process, stage, random.nextInt(150));
      assertThat(process.waitFor(LONGEST_LIFE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("killed at %s", stage).isEqualTo(137);
    } finally {
      process.destroyForcibly();
    }
  }

  private void read(Process process, Stage stage, int linesBeforeKill) throws IOException {
    int lines = 0;
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.length() == 38) {
          (line.startsWith("O") ? opened : settled).add(UUID.fromString(line.substring(2)));
        }
        if (stage == Stage.FROM_OUTSIDE && ++lines == linesBeforeKill + 1) {
          LockSupport.parkNanos(Duration.ofMillis(linesBeforeKill * 2L).toNanos());
          process.toHandle().destroyForcibly();
        }
      }
    }
  }

  private Map<UUID, Kept> restartAndRead(TestDatabase database) throws Exception {
    Clock clock = Clock.systemUTC();
    try (Journal journal = JournalFixture.started(directory, Disk.REAL);
        LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock)) {
      writer.start();
      JournalFixture.await(writer.committed(journal.end()));
      assertThat(writer.lost()).isZero();
    }
    Map<UUID, Kept> rows = new HashMap<>();
    database.asOwner(
        handle ->
            handle
                .createQuery("SELECT id, outcome, cost_nano_usd FROM observability.call")
                .map(
                    (row, context) -> {
                      Kept kept =
                          new Kept(row.getString("outcome"), (Long) row.getObject("cost_nano_usd"));
                      assertThat(rows.put(row.getObject("id", UUID.class), kept)).isNull();
                      return kept;
                    })
                .list());
    return rows;
  }
}

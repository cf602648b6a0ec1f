package dev.gimbal.knowledge.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.backup.Backup;
import dev.gimbal.platform.database.backup.BackupFiles;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobSweepIT {
  private static final Hash UNUSED = Hash.of("of no version");

  @TempDir Path directory;

  @Test
  void shouldKeepABackupFromItsSnapshotWhileABlobIsBeingRemoved() throws Exception {
    try (Database database = TestDatabase.fresh()) {
      database.migrate("knowledge");
      Path blobs = Files.createDirectories(directory.resolve("blobs"));
      BackupFiles files = new BackupFiles(Optional.of(blobs), Optional.empty());
      Thread backup =
          Thread.ofVirtual()
              .unstarted(
                  () ->
                      Backup.write(
                          database, files, directory.resolve("backup"), Clock.systemUTC()));
      List<Hash> removed = new ArrayList<>();
      BlobStore during =
          new Removing(
              hash -> {
                backup.start();
                awaitWaiting(database, backup);
                removed.add(hash);
              });

      new BlobSweep(database, new DocumentStore(Clock.systemUTC()), during)
          .run(TenantId.FIRST, List.of(UNUSED));
      backup.join();

      assertThat(removed).containsExactly(UNUSED);
      assertThat(directory.resolve("backup")).isDirectory();
    }
  }

  private static void awaitWaiting(Database database, Thread backup) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (waiting(database) == 0) {
      assertThat(backup.isAlive()).as("the backup waits").isTrue();
      assertThat(System.nanoTime()).as("the backup waits").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static int waiting(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*) FROM pg_locks
                    WHERE locktype = 'advisory' AND NOT granted
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """)
                .mapTo(Integer.class)
                .one());
  }

  private interface Removal {
    void of(Hash hash);
  }

  /// Blobs that are only ever removed.
  private record Removing(Removal removal) implements BlobStore {
    @Override
    public Staged stage(TenantId tenant, InputStream content, long atMost) {
      throw new UnsupportedOperationException("nothing is taken in");
    }

    @Override
    public Path file(TenantId tenant, Hash hash) {
      throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public void remove(TenantId tenant, Hash hash) {
      removal.of(hash);
    }

    @Override
    public int sweepStaged(Instant before) {
      return 0;
    }
  }
}

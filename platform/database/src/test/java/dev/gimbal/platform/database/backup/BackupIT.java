package dev.gimbal.platform.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.database.embedded.ExternalServer;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a backup carries, from one PostgreSQL to another and back.
class BackupIT {
  private static final List<String> TABLES =
      List.of("crate.owner", "crate.a_box", "crate.event", "shop.item");

  @TempDir private Path directory;

  @Test
  void shouldCarryEveryRowAndBlobFromEmbeddedToExternalAndBack() throws IOException {
    BackupFiles files = files("first");
    fillBlobs(files);
    Files.writeString(files.masterKey().orElseThrow(), "the key");
    try (Database first = TestDatabase.fresh();
        Database second = ExternalServer.running().fresh();
        Database third = TestDatabase.fresh()) {
      fill(first);

      Manifest manifest = Backup.write(first, files, directory.resolve("one"), Clock.systemUTC());
      Restore.into(second, files("second"), directory.resolve("one"));
      Backup.write(second, files("second"), directory.resolve("two"), Clock.systemUTC());
      Restore.into(third, files("third"), directory.resolve("two"));

      assertThat(manifest.postgres()).isEqualTo(18);
      assertThat(manifest.masterKey()).isTrue();
      assertThat(rows(second)).isEqualTo(rows(first));
      assertThat(rows(third)).isEqualTo(rows(first));
      assertThat(rows(first).get("crate.a_box")).hasSize(500);
      assertThat(blobs("third")).isEqualTo(blobs("first")).hasSize(20);
      assertThat(files("third").masterKey().orElseThrow()).hasContent("the key");
      third.migrate("crate");
      assertThat(nextNumber(third)).isEqualTo(8);
      assertThat(newOwner(third)).isEqualTo(newOwner(first));
      assertThat(third.changesAfter(ChangeCursor.START, 1).missed()).isTrue();
    }
  }

  @Test
  void shouldCarryTheBlobsOfItsInstantThoughTheyAreRemovedWhileItIsWritten() throws IOException {
    BackupFiles files = files("live");
    fillBlobs(files);
    Map<String, String> before = blobs("live");
    // The clock is asked when the tables are copied and the files are not yet.
    Clock removing =
        Clock.tick(
            new Clock() {
              @Override
              public Instant instant() {
                try {
                  Trees.delete(files.blobs().orElseThrow());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return Instant.EPOCH;
              }

              @Override
              public ZoneId getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(ZoneId zone) {
                return this;
              }
            },
            Duration.ofSeconds(1));
    try (Database source = TestDatabase.fresh();
        Database target = TestDatabase.fresh()) {
      fill(source);

      Backup.write(source, files, directory.resolve("backup"), removing);
      Restore.into(target, files("restored"), directory.resolve("backup"));

      assertThat(files.blobs().orElseThrow()).doesNotExist();
      assertThat(blobs("restored")).isEqualTo(before).hasSize(20);
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .noneMatch(name -> name.startsWith("."));
      }
    }
  }

  @Test
  void shouldLetNobodyRemoveAFileWhileTheSnapshotIsTaken() throws Exception {
    CountDownLatch passed = new CountDownLatch(1);
    try (Database database = TestDatabase.fresh()) {
      Thread remover =
          database.asOwner(
              gate -> {
                BackupGate.close(gate);
                Thread started =
                    Thread.ofVirtual()
                        .start(
                            () ->
                                database.inTransaction(
                                    TenantId.FIRST,
                                    transaction -> {
                                      BackupGate.pass(transaction);
                                      passed.countDown();
                                      return true;
                                    }));
                awaitWaiting(gate);
                assertThat(passed.getCount()).isEqualTo(1);
                return started;
              });
      remover.join();
      assertThat(passed.getCount()).isZero();
    }
  }

  private static void awaitWaiting(Handle handle) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (handle
            .createQuery(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    + " AND database = (SELECT oid FROM pg_database"
                    + " WHERE datname = current_database())")
            .mapTo(Integer.class)
            .one()
        == 0) {
      assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void shouldRestoreAnOlderVersionAndGoOnFromThere() {
    try (Database old = TestDatabase.fresh();
        Database now = TestDatabase.fresh()) {
      old.migrate("crate", "1");
      Backup.write(old, BackupFiles.NONE, directory.resolve("old"), Clock.systemUTC());

      Manifest manifest = Restore.into(now, BackupFiles.NONE, directory.resolve("old"));
      now.migrate("crate");

      assertThat(manifest.rooms()).containsExactly(new Manifest.Room("crate", "1"));
      assertThat(
              now.<List<String>>asOwner(
                  handle ->
                      handle
                          .createQuery("SELECT label FROM crate.owner")
                          .mapTo(String.class)
                          .list()))
          .containsExactly("none");
    }
  }

  @Test
  void shouldRefuseADatabaseThatIsNotEmptyAndABackupThatWasChanged() throws IOException {
    Path backup = directory.resolve("backup");
    try (Database source = TestDatabase.fresh();
        Database target = TestDatabase.fresh()) {
      fill(source);
      Manifest manifest = Backup.write(source, BackupFiles.NONE, backup, Clock.systemUTC());

      assertThat(refusal(source, backup)).isEqualTo(DatabaseError.DATABASE_NOT_EMPTY);
      assertThat(rows(source).get("shop.item")).hasSize(10);

      Path table = backup.resolve(manifest.tables().getFirst().file());
      byte[] bytes = Files.readAllBytes(table);
      bytes[bytes.length / 2] ^= 1;
      Files.write(table, bytes);
      assertThat(refusal(target, backup)).isEqualTo(DatabaseError.BACKUP_DAMAGED);
      Files.delete(backup.resolve("manifest.json"));
      assertThat(refusal(target, backup)).isEqualTo(DatabaseError.BACKUP_DAMAGED);
    }
  }

  @Test
  void shouldLeaveTheDatabaseEmptyWhenARestoreFails() throws IOException {
    Path backup = directory.resolve("backup");
    BackupFiles files = files("source");
    fillBlobs(files);
    try (Database source = TestDatabase.fresh();
        Database target = TestDatabase.fresh()) {
      fill(source);
      Backup.write(source, files, backup, Clock.systemUTC());
      Files.writeString(backup.resolve("blobs/ab/blob 3"), "changed");

      DatabaseException refused =
          catchThrowableOfType(
              DatabaseException.class, () -> Restore.into(target, files("target"), backup));

      assertThat(refused.errorCode()).isEqualTo(DatabaseError.BACKUP_DAMAGED);
      assertThat(Restore.into(target, BackupFiles.NONE, backup).tables()).isNotEmpty();
      assertThat(rows(target)).isEqualTo(rows(source));
    }
  }

  private static DatabaseError refusal(Database database, Path backup) {
    DatabaseException refused =
        catchThrowableOfType(
            DatabaseException.class, () -> Restore.into(database, BackupFiles.NONE, backup));
    return (DatabaseError) refused.errorCode();
  }

  private BackupFiles files(String name) {
    return new BackupFiles(
        Optional.of(directory.resolve(name + "-blobs")),
        Optional.of(directory.resolve(name + ".key")));
  }

  private static void fillBlobs(BackupFiles files) throws IOException {
    Random random = new Random(7);
    Path folder = Files.createDirectories(files.blobs().orElseThrow().resolve("ab"));
    for (int number = 0; number < 20; number++) {
      byte[] content = new byte[random.nextInt(10_000)];
      random.nextBytes(content);
      Files.write(folder.resolve("blob " + number), content);
    }
  }

  private static void fill(Database database) {
    database.migrate("shop");
    database.migrate("crate");
    database.asOwner(
        handle -> {
          handle.execute(
              "INSERT INTO crate.owner (tenant_id, name) SELECT gen_random_uuid(), 'owner ' || n"
                  + " FROM generate_series(1, 20) n");
          handle.execute(
              """
              INSERT INTO crate.a_box
              SELECT tenant_id, id, decode(md5(n::text), 'hex'),
                jsonb_build_object('n', n, 'text', E'a\\tb\\n\\\\N "中文" \\u00e9'),
                ARRAY['a,b', NULL, '{"q"}', n::text], ARRAY[n / 3.0, 'NaN', 1e-30]::real[],
                n / 7.0, timestamptz '2026-11-22 07:00:00.123456+08' + n * interval '1 s',
                CASE WHEN n % 2 = 0 THEN E'\\\\N' END
              FROM crate.owner, generate_series(1, 25) n WHERE id > 1
              """);
          handle.execute(
              "CREATE TABLE crate.event_1 PARTITION OF crate.event FOR VALUES FROM"
                  + " ('00000000-0000-0000-0000-000000000000')"
                  + " TO ('80000000-0000-0000-0000-000000000000')");
          handle.execute(
              "CREATE TABLE crate.event_2 PARTITION OF crate.event FOR VALUES FROM"
                  + " ('80000000-0000-0000-0000-000000000000') TO (MAXVALUE)"
                  + " PARTITION BY HASH (tenant_id)");
          handle.execute(
              "CREATE TABLE crate.\"Event 2a\" PARTITION OF crate.event_2"
                  + " FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
          handle.execute(
              "INSERT INTO crate.event SELECT gen_random_uuid(), gen_random_uuid(), 'e' || n"
                  + " FROM generate_series(1, 100) n");
          handle.execute(
              "INSERT INTO shop.item SELECT gen_random_uuid(), gen_random_uuid(), 'item ' || n"
                  + " FROM generate_series(1, 10) n");
          return handle.execute("SELECT setval('crate.number', 7)");
        });
    database.inTransaction(
        TenantId.FIRST,
        transaction -> {
          transaction.changed("shop.item", "one");
          return true;
        });
  }

  private static Map<String, List<String>> rows(Database database) {
    Map<String, List<String>> rows = new TreeMap<>();
    for (String table : TABLES) {
      rows.put(
          table,
          database.asOwner(
              handle ->
                  handle
                      .createQuery(
                          "SELECT t::text FROM " + table + " t ORDER BY t::text COLLATE \"C\"")
                      .mapTo(String.class)
                      .list()));
    }
    return rows;
  }

  private Map<String, String> blobs(String name) throws IOException {
    Path blobs = directory.resolve(name + "-blobs");
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(blobs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(blobs.relativize(file).toString(), Hashing.of(file));
      }
    }
    return hashes;
  }

  private static long nextNumber(Database database) {
    return database.asOwner(
        handle -> handle.createQuery("SELECT nextval('crate.number')").mapTo(Long.class).one());
  }

  private static long newOwner(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    "INSERT INTO crate.owner (tenant_id, name) VALUES (gen_random_uuid(), 'new')"
                        + " RETURNING id")
                .mapTo(Long.class)
                .one());
  }
}

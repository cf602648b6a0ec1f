package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of an embedded server: started, restarted, killed beside, adopted, refused.
class EmbeddedIT {
  @TempDir static Path shared;
  @TempDir Path temporary;
  private Path directory;

  /// One initialisation serves all tests: they work on copies of it.
  @BeforeAll
  static void initialise() throws IOException, InterruptedException {
    Path programs = Binaries.unpackedBelow(cache());
    Files.createDirectory(shared.resolve("data"));
    run("cp", "-al", programs.toString(), shared.resolve("data").toString());
    open(shared.resolve("data")).close();
  }

  @BeforeEach
  void copy() throws IOException, InterruptedException {
    directory = temporary.resolve("data");
    Files.createDirectory(directory);
    run("cp", "-al", programs(shared.resolve("data")), directory.toString());
    for (String part : List.of("postgres", "postgres.password")) {
      run("cp", "-a", shared.resolve("data").resolve(part).toString(), directory.toString());
    }
  }

  @Test
  void shouldKeepWhatWasCommittedAcrossARestartAndLeaveNoProcess() {
    try (Database database = open()) {
      database.asOwner(handle -> handle.execute("CREATE TABLE kept AS SELECT 7 AS id"));
    }
    assertThat(Postmaster.processesOn(data())).isEmpty();

    try (Database database = open()) {
      assertThat(count(database, "kept")).isEqualTo(1);
    }
  }

  @Test
  void shouldRunAsAnUnprivilegedUserWithoutRightsWhenTheDirectoryIsInReach() throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));

    try (Database database = open()) {
      String status = Files.readString(Path.of("/proc", pid(database), "status"));
      assertThat(status).doesNotContainPattern("Uid:\\s+0").containsPattern("CapEff:\\s+0+\\n");
    }
  }

  @Test
  void shouldRunBelowAHomeThatOnlyRootMayEnter() throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));

    try (Database database = open()) {
      String status = Files.readString(Path.of("/proc", pid(database), "status"));
      assertThat(status).doesNotContainPattern("Uid:\\s+0");
    }
  }

  @Test
  void shouldRefuseASecondServerOnTheSameDirectoryAndNameTheFirst() throws Exception {
    try (ChildServer first = ChildServer.on(directory.toString())) {
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              DatabaseException.class,
              e -> assertThat(e.errorCode()).isEqualTo(DatabaseError.DATABASE_LOCKED))
          .hasMessageContaining("in use by process ");
      first.end();
    }
    try (Database database = open()) {
      assertThatThrownBy(this::open).hasMessageContaining("" + ProcessHandle.current().pid());
      assertThat(count(database, "kept")).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeOverTheServerThatAKilledProcessLeft() throws Exception {
    String left;
    try (ChildServer child = ChildServer.on(directory.toString())) {
      left = child.said();
      child.kill();
    }
    try (Database database = open()) {
      assertThat(pid(database)).isEqualTo(left);
      assertThat(count(database, "kept")).isEqualTo(1);
    }
    assertThat(Postmaster.processesOn(data())).isEmpty();
  }

  @Test
  void shouldReplaceAServerLeftBehindThatRunsWithOtherSettings() throws Exception {
    String left;
    try (ChildServer child = ChildServer.on(directory.toString())) {
      left = child.said();
      child.kill();
    }
    Files.writeString(data().resolve("postgresql.conf"), "work_mem = '1MB'\n");

    try (Database database = open()) {
      assertThat(pid(database)).isNotEqualTo(left);
      assertThat(count(database, "kept")).isEqualTo(1);
    }
  }

  @Test
  void shouldRecoverAfterServerAndProcessWereBothKilled() throws Exception {
    try (ChildServer child = ChildServer.on(directory.toString())) {
      Postmaster.signal("KILL", Long.parseLong(child.said()));
      child.kill();
    }
    try (Database database = open()) {
      assertThat(count(database, "kept")).isEqualTo(1);
    }
  }

  @Test
  void shouldStartWhenThePidFileNamesAnotherProgram() throws IOException {
    Files.writeString(
        data().resolve("postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + data() + "\n1\n5432\n\n127.0.0.1\n\nready\n");

    try (Database database = open()) {
      assertThat(count(database, "gimbal.change")).isZero();
    }
  }

  @Test
  void shouldRefuseDataOfANewerVersion() throws IOException {
    Files.writeString(data().resolve("PG_VERSION"), "19\n");

    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.errorCode()).isEqualTo(DatabaseError.DATABASE_VERSION_UNSUPPORTED))
        .hasMessageContaining("PostgreSQL 19");
  }

  @Test
  void shouldRefuseDataThatANewerGimbalWrote() {
    try (Database database = open()) {
      database.asOwner(
          handle ->
              handle.execute(
                  """
                  INSERT INTO gimbal.migration_history
                  SELECT max(installed_rank) + 1, '99', 'later', 'SQL', 'V99__later.sql', 1,
                    'gimbal', now(), 1, true
                  FROM gimbal.migration_history
                  """));
      database.asOwner(handle -> handle.execute("UPDATE gimbal.migrated SET migrations = 'later'"));
    }

    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.errorCode()).isEqualTo(DatabaseError.DATABASE_VERSION_UNSUPPORTED))
        .hasMessageContaining("newer Gimbal")
        .hasMessageContaining("version 99");
    assertThat(Postmaster.processesOn(data())).isEmpty();
  }

  @Test
  void shouldRefuseADatabaseThatRunsWithASettingThatLosesData() {
    try (Database database = open()) {
      database.asOwner(handle -> handle.execute("ALTER ROLE gimbal SET synchronous_commit = off"));
    }
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.errorCode()).isEqualTo(DatabaseError.DATABASE_SETTING_UNSAFE))
        .hasMessageContaining("synchronous_commit = off");
    assertThat(Postmaster.processesOn(data())).isEmpty();
  }

  @Test
  void shouldUnpackAgainWhatWasTorn() throws IOException {
    Path cache = temporary.resolve("cache");
    Files.createDirectories(cache);
    Path programs = Binaries.unpackedBelow(cache);
    Files.writeString(programs.resolve("bin/initdb"), "torn");

    Binaries.unpackedBelow(cache);

    assertThat(Files.size(programs.resolve("bin/initdb"))).isGreaterThan(100_000);
    try (var left = Files.list(cache)) {
      assertThat(left).containsExactly(programs);
    }
  }

  @Test
  void shouldDeleteWhatAKilledFirstStartHadUnpacked() throws IOException {
    Path half = directory.resolve("postgres-" + Binaries.VERSION + ".part123");
    Files.createDirectories(half.resolve("bin"));
    Files.writeString(half.resolve("bin/initdb"), "half");

    open().close();

    assertThat(half).doesNotExist();
  }

  @Test
  void shouldCopyTheProgramsThatLieBesideTheirArchiveButNotATornSet() throws Exception {
    Path lib = Files.createDirectories(temporary.resolve("lib"));
    JarURLConnection jar = (JarURLConnection) Binaries.archive().openConnection();
    Path copy = Files.copy(Path.of(jar.getJarFileURL().toURI()), lib.resolve("programs.jar"));
    URL archive = URI.create("jar:" + copy.toUri() + "!/" + jar.getEntryName()).toURL();
    Path beside = Binaries.unpackedBelow(lib, archive);
    Path sample = beside.resolve("share/postgresql/postgresql.conf.sample");
    String marked = "!" + Files.readString(sample).substring(1);
    Files.writeString(sample, marked);

    Path copied = Binaries.unpackedBelow(temporary.resolve("first"), archive);
    Files.writeString(sample, "torn");
    Path unpacked = Binaries.unpackedBelow(temporary.resolve("second"), archive);

    assertThat(copied.resolve("share/postgresql/postgresql.conf.sample")).hasContent(marked);
    assertThat(Files.isExecutable(copied.resolve("bin/postgres"))).isTrue();
    assertThat(unpacked.resolve("share/postgresql/postgresql.conf.sample"))
        .content()
        .startsWith("#")
        .hasSize(marked.length());
  }

  @Test
  void shouldEndATestsServerAndItsDirectoryWhenItsProcessIsKilled() throws Exception {
    try (ChildServer child = ChildServer.on("test")) {
      long server = Long.parseLong(child.said());
      Path data = Files.readSymbolicLink(Path.of("/proc", child.said(), "cwd"));
      assertThat(ProcessHandle.of(server)).isPresent();

      child.kill();

      assertThat(Postmaster.gone(data, Duration.ofSeconds(10))).isTrue();
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (Files.exists(data.resolve("..")) && System.nanoTime() < end) {
        Postmaster.pause();
      }
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void shouldCarryTheVersionThatItSays() throws Exception {
    assertThat(run(programs(directory) + "/bin/postgres", "--version"))
        .contains(" " + Binaries.VERSION);
  }

  private Path data() {
    return directory.resolve("postgres");
  }

  private Database open() {
    return open(directory);
  }

  private static Database open(Path directory) {
    return DatabaseModule.open(
        DatabaseConfig.embedded(directory), new TimeOrderedIds(Clock.systemUTC()));
  }

  private static Path cache() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "gimbal-test-" + System.getProperty("user.name"));
  }

  private static String programs(Path home) {
    return home.resolve("postgres-" + Binaries.VERSION).toString();
  }

  private static String pid(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT (string_to_array(pg_read_file('postmaster.pid'), chr(10)))[1]")
                .mapTo(String.class)
                .one());
  }

  private static long count(Database database, String table) {
    return database.asOwner(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(Long.class).one());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}

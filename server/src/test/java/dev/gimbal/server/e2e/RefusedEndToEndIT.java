package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimbal.platform.database.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts, backups and restores that cannot be: one clear line, a non-zero exit, nothing left over.
class RefusedEndToEndIT {
  private static final String DISK_MEBIBYTES = "70";

  @TempDir Path place;

  private record Run(int exit, List<String> lines) {
    /// That it failed and said why in a line of its own, without a stack trace.
    void refused(String... why) {
      assertThat(exit).as(lines.toString()).isEqualTo(1);
      assertThat(lines).as("the one line").hasSize(1);
      assertThat(lines.getFirst()).startsWith("gimbal: ").contains(why);
    }
  }

  private static Run run(Map<String, String> settings, Object... arguments) throws Exception {
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    ProcessBuilder builder = new ProcessBuilder(PackagedServer.command(words));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().put("GIMBAL_SERVER_PORT", "0");
    builder.environment().putAll(settings);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // The JVM's own about modules, and the log, whose records are JSON.
    return new Run(
        process.exitValue(),
        text.lines().filter(line -> !line.startsWith("WARNING: ") && !isInfo(line)).toList());
  }

  private static boolean isInfo(String line) {
    return line.startsWith("{") && line.contains("\"level\":\"INFO\"");
  }

  @Test
  void shouldSayWhyADataDirectoryCannotBeUsed() throws Exception {
    Path file = Files.writeString(place.resolve("file"), "no directory");
    Path system = Path.of("/sys/gimbal"); // where not even root may write

    for (List<String> up : List.of(List.of("up"), List.of("up", "--detach"))) {
      run(Map.of(), arguments(up, "--data", file)).refused(file + ": is in the way");
      Run denied = run(Map.of(), arguments(up, "--data", system));
      denied.refused("cannot use /sys/gimbal: ");
      assertThat(denied.lines().getFirst()).containsPattern("(?i)not permitted|denied|read-only");
    }
  }

  private static Object[] arguments(List<String> verb, Object... more) {
    List<Object> all = new ArrayList<>(verb);
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void shouldSayThatTheDiskIsFullAndLeaveNoProcess() throws Exception {
    Path disk = Files.createDirectory(place.resolve("disk"));
    String size = "size=" + DISK_MEBIBYTES + "m,mode=755";
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", size, "tmpfs", disk.toString())
                .start()
                .waitFor()
            == 0,
        "a small disk can be mounted");
    try {
      Run up = run(Map.of(), "up", "--data", disk);

      up.refused("No space left on device");
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(process -> process.info().commandLine().orElse("").contains(disk.toString()));
    } finally {
      assertThat(new ProcessBuilder("umount", disk.toString()).start().waitFor()).isZero();
    }
  }

  @Test
  void shouldSayWhyADatabaseOfOnesOwnCannotBeUsed() throws Exception {
    try (EmbeddedPostgres own = EmbeddedPostgres.start(place.resolve("postgres"))) {
      String address = own.endpoint().url("postgres");
      Path data = place.resolve("data");

      run(
              Map.of("GIMBAL_DATABASE_URL", address, "GIMBAL_DATABASE_PASSWORD", "wrong"),
              "up",
              "--data",
              data)
          .refused("127.0.0.1:" + own.endpoint().port(), "password authentication failed");
      run(
              Map.of(
                  "GIMBAL_DATABASE_URL", own.endpoint().url("nowhere"),
                  "GIMBAL_DATABASE_PASSWORD", own.endpoint().password()),
              "up",
              "--data",
              data)
          .refused("database \"nowhere\" does not exist");
      run(Map.of("GIMBAL_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x"), "up", "--data", data)
          .refused("127.0.0.1:1/x");
    }
  }

  @Test
  void shouldNotBackUpWhatIsNotThereNorIntoWhatIs() throws Exception {
    Path data = place.resolve("data");
    Path backup = place.resolve("backup");

    run(Map.of(), "backup", backup, "--data", data).refused("there is no database in " + data);
    assertThat(data).doesNotExist();
    assertThat(backup).doesNotExist();

    run(Map.of(), "restore", backup, "--data", data).refused("there is no backup in " + backup);
    assertThat(data).doesNotExist();
  }

  @Test
  void shouldKeepWhatStandsWhereABackupOrARestoreWouldGo() throws Exception {
    Path data = place.resolve("data");
    Path taken = Files.createDirectory(place.resolve("taken"));
    Files.writeString(taken.resolve("mine"), "mine");
    Path backup = place.resolve("backup");
    Files.createDirectories(data.resolve("log"));
    Files.writeString(data.resolve("log/gimbal.log"), "Gimbal was ready at an earlier time\n");
    try (PackagedServer server = PackagedServer.start(data, Map.of())) {
      assertThat(run(Map.of(), "backup", backup, "--data", data).exit()).isZero();

      run(Map.of(), "backup", taken, "--data", data).refused("There is something in " + taken);
      run(Map.of(), "backup", "/sys/gimbal", "--data", data)
          .refused("cannot write the backup /sys/gimbal");
      run(Map.of(), "restore", backup, "--data", data).refused("a server runs on " + data);
      Run again = run(Map.of(), "up", "--detach", "--data", data);
      assertThat(again.exit()).isEqualTo(1);
      assertThat(again.lines())
          .as("what it says itself, not what the first one said")
          .hasSize(2)
          .first()
          .asString()
          .contains("is in use by process " + server.process().pid());
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
    }
    assertThat(taken).isDirectoryContaining("glob:**/mine");

    run(Map.of(), "restore", backup, "--data", data).refused("already; restore into an empty one");
  }
}

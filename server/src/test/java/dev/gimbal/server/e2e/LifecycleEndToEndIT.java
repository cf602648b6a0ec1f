package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting, stopping, and being in the way of one another.
class LifecycleEndToEndIT {
  @TempDir static Path place;
  private static PackagedServer server;

  @TempDir Path data;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(place, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldStopEverythingAtSigtermTheDatabaseIncluded() throws Exception {
    List<ProcessHandle> children;
    try (PackagedServer stopped = PackagedServer.start(data, Map.of())) {
      children = stopped.process().descendants().toList();
      assertThat(children).isNotEmpty();
    }

    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(data.resolve("server.json")).doesNotExist();
  }

  @Test
  void shouldKeepItsFirstKeyForItsOwnerAlone() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(place.resolve("admin.key"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(place.resolve("test.log"))).doesNotContain(server.key());
  }

  @Test
  void shouldSayWhereItIsWhereTheKeyLiesAndThreeThingsToTry() throws Exception {
    assertThat(Files.readString(place.resolve("test.log")))
        .contains(
            "Gimbal is ready at " + server.url(),
            "The administrator's key lies in " + place.resolve("admin.key"),
            "./gimbal ingest docs ",
            "./gimbal ask \"",
            "open " + server.url() + " and sign in");
  }

  @Test
  void shouldRefuseASecondServerOnTheSameData() throws Exception {
    Run second = run(Map.of("GIMBAL_SERVER_PORT", "0"), "up", "--data", place.toString());

    assertThat(second.exit()).isNotZero();
    assertThat(second.complaint()).contains(String.valueOf(server.process().pid()));
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  void shouldSayThatThePortIsTakenBeforeAnythingElseIsStarted() throws Exception {
    String port = server.url().substring(server.url().lastIndexOf(':') + 1);

    Run second = run(Map.of("GIMBAL_SERVER_PORT", port), "up", "--data", data.toString());

    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.complaint())
        .isEqualTo("gimbal: cannot listen on 127.0.0.1 port " + port + ": Address already in use");
    assertThat(data).as("no database was made").isEmptyDirectory();
  }

  @Test
  void shouldStopWhatItStartedAtSigtermWhileItStarts() throws Exception {
    UnpackedPrograms.lend(data);
    ProcessBuilder builder =
        new ProcessBuilder(PackagedServer.command("up", "--data", data.toString()));
    builder.environment().put("GIMBAL_SERVER_PORT", "0");
    Process starting = builder.redirectErrorStream(true).start();
    Path running = data.resolve("postgres/postmaster.pid");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.exists(running) && System.nanoTime() < deadline) {
      assertThat(starting.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(data.resolve("server.json")).as("it is not ready yet").doesNotExist();

    starting.toHandle().destroy(); // which leaves its output open

    assertThat(starting.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(starting.exitValue()).isNotZero();
    assertThat(running).as("PostgreSQL runs").doesNotExist();
    assertThat(said(starting)).contains("gimbal: stopped before it was ready");
  }

  @Test
  void shouldServeInTheBackgroundAndTakeAFolderIntoACollectionThatIsNew() throws Exception {
    Path folder = Files.createDirectories(data.resolve("folder"));
    Files.writeString(folder.resolve("leave.md"), "# Leave\n\nParental leave is sixteen weeks.");
    String home = data.resolve("home").toString();
    Run up = run(Map.of("GIMBAL_SERVER_PORT", "0"), "up", "--detach", "--data", home);
    try {
      Run ingest = run(Map.of(), "ingest", folder.toString(), "--collection", "hr", "--data", home);
      Run search = run(Map.of(), "search", "leave", "--collection", "hr", "--data", home);

      assertThat(up.exit()).as(up.complaint()).isZero();
      assertThat(ingest.complaint()).contains("1 of 1 documents are in collection hr");
      assertThat(search.complaint()).contains("sixteen weeks");
    } finally {
      assertThat(run(Map.of(), "down", "--data", home).exit()).isZero();
    }
  }

  @Test
  void shouldNameTheNearestSettingForOneThatDoesNotExist() throws Exception {
    Run run = run(Map.of("GIMBAL_SERVER_PROT", "1"), "up", "--data", data.toString());

    assertThat(run.exit()).isNotZero();
    assertThat(run.complaint()).contains("PORT");
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private record Run(int exit, String complaint) {}

  private static Run run(Map<String, String> settings, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(PackagedServer.command(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().putAll(settings);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = said(process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String last =
        text.lines().filter(line -> line.startsWith("gimbal:")).reduce((a, b) -> b).orElse(text);
    return new Run(process.exitValue(), last);
  }
}

package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Java with Spring AI, whose many libraries are none of the server's, in a process of its own and
/// a folder below `target` that is filled once.
final class SpringClients {
  private static final Path PLACE = Path.of("target/spring-clients").toAbsolutePath();
  private static final Path SOURCES = Path.of("src/test/resources/clients/spring").toAbsolutePath();

  /// Holds what was installed, so that another list fills the folder again.
  private static final Path MADE = PLACE.resolve("made.xml");

  private static final String COPY =
      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";

  private SpringClients() {}

  /// Runs the program of the test's resources; its output is one JSON object. Where its libraries
  /// are not to be had, the test is skipped, under `CI=true` failed.
  static JsonNode run(String... arguments) throws Exception {
    make();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--class-path", PLACE.resolve("lib") + "/*"));
    command.add(SOURCES.resolve("SpringClients.java").toString());
    command.addAll(List.of(arguments));
    Run run = run(command, 120);
    assertThat(run.exit()).as(run.text()).isZero();
    return Json.tree(run.text());
  }

  private static void make() throws Exception {
    String wanted = Files.readString(SOURCES.resolve("pom.xml"));
    if (Files.exists(MADE) && Files.readString(MADE).equals(wanted)) {
      return;
    }
    Files.createDirectories(PLACE);
    Run made =
        run(
            List.of(
                "mvn",
                "-q",
                "-B",
                "-f",
                SOURCES.resolve("pom.xml").toString(),
                COPY,
                "-DoutputDirectory=" + PLACE.resolve("lib")),
            300);
    if (made.exit() == 0) {
      Files.writeString(MADE, wanted);
      return;
    }
    String missing = "no Spring AI: " + made.text();
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing);
    }
    Assumptions.abort(missing);
  }

  private record Run(int exit, String text) {}

  private static Run run(List<String> command, int seconds) throws Exception {
    Path output = Files.createTempFile("spring", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      Process process = builder.redirectOutput(output.toFile()).start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Run(-1, "not done in " + seconds + " s: " + String.join(" ", command));
      }
      return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Run(-1, String.valueOf(e.getMessage()));
    } finally {
      Files.delete(output);
    }
  }
}

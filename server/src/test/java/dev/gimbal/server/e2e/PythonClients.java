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

/// Python with the packages of stock clients, in an environment below `target` that is made once.
final class PythonClients {
  private static final Path PLACE = Path.of("target/python-clients").toAbsolutePath();
  private static final Path PYTHON = PLACE.resolve("bin/python");

  /// Holds what was installed, so that another list makes the environment again.
  private static final Path MADE = PLACE.resolve("made");

  /// Any openai of its major version is what users have; the validator is a yardstick: one.
  private static final List<String> PACKAGES =
      List.of(
          "openai>=2,<3",
          "anthropic>=2,<3",
          "google-genai>=3,<4",
          "langchain-openai>=1,<2",
          "langchain-anthropic>=1,<2",
          "openapi-spec-validator==0.9.0");

  private PythonClients() {}

  /// Runs a script of the test's resources; its output is one JSON object. Where there is no such
  /// environment to be had, the test is skipped, under `CI=true` failed.
  static JsonNode run(String script, String... arguments) throws Exception {
    make();
    List<String> command = new ArrayList<>();
    command.add(PYTHON.toString());
    command.add(Path.of("src/test/resources/clients", script).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Run run = run(command, 120);
    assertThat(run.exit()).as(run.text()).isZero();
    return Json.tree(run.text());
  }

  private static void make() throws Exception {
    if (Files.exists(MADE) && Files.readAllLines(MADE).equals(PACKAGES)) {
      return;
    }
    Run made = run(List.of("python3", "-m", "venv", "--clear", PLACE.toString()), 120);
    if (made.exit() == 0) {
      List<String> install =
          new ArrayList<>(List.of(PYTHON.toString(), "-m", "pip", "install", "--quiet"));
      install.addAll(PACKAGES);
      made = run(install, 300);
    }
    if (made.exit() == 0) {
      Files.write(MADE, PACKAGES);
      return;
    }
    String missing = "no Python with " + PACKAGES + ": " + made.text();
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing);
    }
    Assumptions.abort(missing);
  }

  private record Run(int exit, String text) {}

  private static Run run(List<String> command, int seconds) throws Exception {
    Path output = Files.createTempFile("python", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_"));
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

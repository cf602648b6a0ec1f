package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Node with the packages of stock clients, in a folder below `target` that is made once.
final class NodeClients {
  private static final Path PLACE = Path.of("target/node-clients").toAbsolutePath();
  private static final Path MADE = PLACE.resolve("made");

  /// Any of their major version is what users have.
  private static final List<String> PACKAGES =
      List.of("ai@6", "@ai-sdk/openai@3", "@ai-sdk/anthropic@3");

  private NodeClients() {}

  /// Runs a script of the test's resources; its output is one JSON object. Where there is no such
  /// folder to be had, the test is skipped, under `CI=true` failed.
  static JsonNode run(String script, String... arguments) throws Exception {
    make();
    Path copy = PLACE.resolve(script);
    Path from = Path.of("src/test/resources/clients", script);
    Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(List.of("node", copy.toString()));
    command.addAll(List.of(arguments));
    Run run = run(command, 120);
    assertThat(run.exit()).as(run.text()).isZero();
    return Json.tree(run.text());
  }

  private static void make() throws Exception {
    if (Files.exists(MADE) && Files.readAllLines(MADE).equals(PACKAGES)) {
      return;
    }
    Files.createDirectories(PLACE);
    Files.writeString(PLACE.resolve("package.json"), "{\"private\":true}");
    List<String> install =
        new ArrayList<>(List.of("npm", "install", "--no-audit", "--no-fund", "--silent"));
    install.addAll(PACKAGES);
    Run made = run(install, 300);
    if (made.exit() == 0) {
      Files.write(MADE, PACKAGES);
      return;
    }
    String missing = "no Node with " + PACKAGES + ": " + made.text();
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing);
    }
    Assumptions.abort(missing);
  }

  private record Run(int exit, String text) {}

  private static Run run(List<String> command, int seconds) throws Exception {
    Path output = Files.createTempFile("node", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.directory(PLACE.toFile()).redirectOutput(output.toFile());
      Process process = builder.start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Run(-1, "not done in " + seconds + " s: " + String.join(" ", command));
      }
      return new Run(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      return new Run(-1, String.valueOf(e.getMessage()));
    } finally {
      Files.deleteIfExists(output);
    }
  }
}

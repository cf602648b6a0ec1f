package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "down", description = "Stops the server on a data directory: drains, then ends.")
final class DownVerb extends Verb {
  @Option(names = "--data", paramLabel = "DIR", description = "its data directory")
  @Nullable Path data;

  @Option(
      names = "--wait-seconds",
      description = "how long it may take to drain (default: ${DEFAULT-VALUE})")
  int waitSeconds = 60;

  @Override
  protected int run() throws FailedException {
    Path directory = DataDirectory.resolve(data, System.getenv());
    Optional<ProcessHandle> server = running(directory);
    if (server.isEmpty()) {
      out.println("no server runs on " + directory);
      return Exit.DONE;
    }
    server.get().destroy();
    try {
      server.get().onExit().get(Duration.ofSeconds(waitSeconds).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new FailedException(
          Exit.FAILED, "the server still drains after " + waitSeconds + " seconds");
    } catch (ExecutionException e) {
      throw new FailedException(Exit.FAILED, "cannot wait for the server: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(Exit.FAILED, "interrupted");
    }
    out.println("stopped");
    return Exit.DONE;
  }

  /// The server whose process id the data directory names, if it is still that process.
  static Optional<ProcessHandle> running(Path directory) {
    try {
      JsonNode file = Json.tree(Files.readString(directory.resolve(DataDirectory.SERVER_FILE)));
      return ProcessHandle.of(file.path("pid").asLong())
          .filter(ProcessHandle::isAlive)
          .filter(
              process ->
                  process.info().startInstant().map(at -> at.toEpochMilli()).orElse(0L)
                      == file.path("started").asLong());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

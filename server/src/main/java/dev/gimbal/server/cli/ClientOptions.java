package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which server a verb talks to: `GIMBAL_URL` and `GIMBAL_KEY`, else the one that runs on the data
/// directory.
final class ClientOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of the server (default: data beside ./gimbal)")
  @Nullable Path data;

  @Option(names = "--json", description = "print JSON, a line each, for a program")
  boolean json;

  ApiClient client() throws FailedException {
    return client(System.getenv());
  }

  ApiClient client(Map<String, String> environment) throws FailedException {
    String url = environment.get("GIMBAL_URL");
    String key = environment.get("GIMBAL_KEY");
    Path directory = directory(environment);
    return new ApiClient(
        URI.create(url == null ? runningAt(directory) : withoutSlash(url)),
        key == null ? administratorKey(directory) : key);
  }

  Path directory(Map<String, String> environment) {
    return DataDirectory.resolve(data, environment);
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String runningAt(Path directory) throws FailedException {
    Path file = directory.resolve(DataDirectory.SERVER_FILE);
    try {
      JsonNode running = Json.tree(Files.readString(file, StandardCharsets.UTF_8));
      return running.path("url").asText();
    } catch (IOException e) {
      throw new FailedException(
          Exit.UNREACHABLE,
          "no server runs on " + directory + "; start one with: ./gimbal up (or set GIMBAL_URL)");
    }
  }

  private static String administratorKey(Path directory) throws FailedException {
    try {
      return Files.readString(directory.resolve(DataDirectory.KEY_FILE), StandardCharsets.UTF_8)
          .strip();
    } catch (IOException e) {
      throw new FailedException(
          Exit.USAGE,
          "no key: set GIMBAL_KEY ("
              + directory.resolve(DataDirectory.KEY_FILE)
              + " cannot be read)");
    }
  }
}

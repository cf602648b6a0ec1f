package dev.gimbal.server;

import dev.gimbal.platform.json.Json;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;

/// `DATA/server.json`: where the server on a data directory is, for the command line.
final class RunningFile implements AutoCloseable {
  private final Path file;

  private RunningFile(Path file) {
    this.file = file;
  }

  /// @param databasePort of the database that the server uses
  private record Running(String url, long pid, long started, int databasePort) {}

  static RunningFile write(Path data, String url, int databasePort) throws IOException {
    Path file = data.resolve(DataDirectory.SERVER_FILE);
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    Path draft = Files.createTempFile(data, "server", ".json");
    Files.writeString(draft, Json.write(new Running(url, self.pid(), started, databasePort)));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new RunningFile(file);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}

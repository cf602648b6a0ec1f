package dev.gimbal.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.config.ConfigLoader;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.database.backup.BackupFiles;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The database of a data directory for verbs that work on it without the server's help: the one
/// that a running server has, or the directory's own, started for the moment.
final class DirectDatabase {
  /// What stopping a database that was started for the moment may take.
  static final Duration CLOSING = Duration.ofSeconds(15);

  @Option(names = "--data", paramLabel = "DIR", description = "data directory of the server")
  @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "default: DATA/gimbal.yaml")
  @Nullable Path config;

  @Option(
      names = "--without-master-key",
      description = "leaves out the key that opens stored credentials")
  boolean withoutMasterKey;

  Path directory() {
    return DataDirectory.resolve(data, System.getenv());
  }

  BackupFiles files() {
    Path directory = directory();
    return new BackupFiles(
        Optional.of(directory.resolve("blobs")),
        withoutMasterKey ? Optional.empty() : Optional.of(directory.resolve("master.key")));
  }

  Database open(Map<String, String> environment) throws IOException {
    Path directory = directory();
    GimbalConfig settings = settings(environment);
    DatabaseConfig database = Settings.database(settings.database(), directory);
    Optional<DatabaseConfig> running =
        settings.database().url() == null ? running(directory) : Optional.empty();
    return DatabaseModule.open(running.orElse(database), new TimeOrderedIds(Clock.systemUTC()));
  }

  /// The same, but not made when there is none.
  ///
  /// @throws IOException if the data directory holds no database
  Database openExisting(Map<String, String> environment) throws IOException {
    Path directory = directory();
    if (settings(environment).database().url() == null
        && !Files.exists(directory.resolve("postgres"))) {
      throw new IOException("there is no database in " + directory);
    }
    return open(environment);
  }

  private GimbalConfig settings(Map<String, String> environment) {
    Path beside = directory().resolve("gimbal.yaml");
    Path file = config != null ? config : Files.exists(beside) ? beside : null;
    return ConfigLoader.load(GimbalConfig.class, file, environment);
  }

  /// The embedded database of the server that runs on the directory.
  static Optional<DatabaseConfig> running(Path directory) throws IOException {
    Path file = directory.resolve(DataDirectory.SERVER_FILE);
    if (!Files.exists(file) || !DataDirectory.serverRuns(directory)) {
      return Optional.empty();
    }
    JsonNode server = Json.tree(Files.readString(file));
    return Optional.of(
        DatabaseConfig.external(
            "jdbc:postgresql://127.0.0.1:" + server.path("database_port").asInt() + "/postgres",
            "gimbal",
            Files.readString(directory.resolve("postgres.password")).strip()));
  }
}

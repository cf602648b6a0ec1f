package dev.gimbal.server.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a server keeps everything, and the names in it that the command line knows.
public final class DataDirectory {
  /// Written while a server runs: its address and process id.
  public static final String SERVER_FILE = "server.json";

  /// The first administrator's key.
  public static final String KEY_FILE = "admin.key";

  private DataDirectory() {}

  /// Whether a server runs on the directory.
  public static boolean serverRuns(Path directory) {
    return DownVerb.running(directory).isPresent();
  }

  /// The directory asked for, else `GIMBAL_DATA`, else `data` beside the launcher.
  public static Path resolve(@Nullable Path asked, Map<String, String> environment) {
    if (asked != null) {
      return asked.toAbsolutePath().normalize();
    }
    String named = environment.get("GIMBAL_DATA");
    if (named != null && !named.isEmpty()) {
      return Path.of(named).toAbsolutePath().normalize();
    }
    return Path.of(environment.getOrDefault("GIMBAL_HOME", "."))
        .resolve("data")
        .toAbsolutePath()
        .normalize();
  }
}

package dev.gimbal.server;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.backup.Manifest;
import dev.gimbal.platform.database.backup.Restore;
import dev.gimbal.platform.errors.FileFailure;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    description = {
      "Fills an empty data directory, or the empty database that database.url names, from a backup.",
      "The search index is made anew from it at the next start."
    })
final class RestoreVerb implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "what backup wrote")
  Path backup = Path.of(".");

  @Mixin DirectDatabase target = new DirectDatabase();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() {
    Path directory = target.directory();
    if (DataDirectory.serverRuns(directory)) {
      err.println("gimbal: a server runs on " + directory + "; stop it first: ./gimbal down");
      return 1;
    }
    if (!Files.isRegularFile(backup.resolve("manifest.json"))) {
      err.println("gimbal: there is no backup in " + backup.toAbsolutePath().normalize());
      return 1;
    }
    Ending ending = Ending.onSignal(DirectDatabase.CLOSING);
    try {
      Files.createDirectories(directory);
      try (Database database = target.open(System.getenv())) {
        Manifest manifest =
            Restore.into(database, target.files(), backup.toAbsolutePath().normalize());
        out.println(summary("restored", manifest));
        return 0;
      }
    } catch (GimbalException | IllegalArgumentException e) {
      err.println("gimbal: " + e.getMessage());
      return 1;
    } catch (IOException e) {
      err.println("gimbal: " + FileFailure.reason(e));
      return 1;
    } finally {
      ending.over();
    }
  }

  static String summary(String done, Manifest manifest) {
    long rows = manifest.tables().stream().mapToLong(Manifest.Table::rows).sum();
    return "%s %d rows in %d tables and %d files; %s"
        .formatted(
            done,
            rows,
            manifest.tables().size(),
            manifest.blobs().files(),
            manifest.masterKey()
                ? "with the master key: keep it as safe as the key itself"
                : "without the master key");
  }
}

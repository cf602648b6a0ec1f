package dev.gimbal.server;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.backup.Backup;
import dev.gimbal.platform.database.backup.Manifest;
import dev.gimbal.platform.errors.FileFailure;
import dev.gimbal.platform.errors.GimbalException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "backup",
    description =
        "Copies the database and the documents, as of one instant, while the server runs.")
final class BackupVerb implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "a new directory")
  Path target = Path.of(".");

  @Mixin DirectDatabase source = new DirectDatabase();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() {
    Ending ending = Ending.onSignal(DirectDatabase.CLOSING);
    try (Database database = source.openExisting(System.getenv())) {
      Manifest manifest =
          Backup.write(
              database, source.files(), target.toAbsolutePath().normalize(), Clock.systemUTC());
      out.println(RestoreVerb.summary("backed up", manifest));
      return 0;
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
}

package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Scanner;

/// A process that holds a database until it is killed or its input ends, so that tests can kill it.
final class ChildServer implements AutoCloseable {
  private final Process process;
  private final String said;

  private ChildServer(Process process, String said) {
    this.process = process;
    this.said = said;
  }

  /// Starts one and waits until its database is open; `said` is then the server's process id.
  static ChildServer on(String directory) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChildServer.class.getName(),
                    directory))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Scanner output = new Scanner(process.getInputStream(), UTF_8);
    while (output.hasNextLine()) {
      String line = output.nextLine();
      if (line.startsWith("open ")) {
        return new ChildServer(process, line.substring(5));
      }
    }
    throw new IOException("the child ended before its database was open");
  }

  String said() {
    return said;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /// @param arguments a data directory, or `test` for a test's database
  public static void main(String[] arguments) throws IOException {
    PrintStream output = System.out;
    try (Database database = open(arguments[0])) {
      database.asOwner(handle -> handle.execute("CREATE TABLE IF NOT EXISTS kept (id int)"));
      database.asOwner(handle -> handle.execute("INSERT INTO kept VALUES (1)"));
      output.println("open " + serverOf(database));
      while (System.in.read() >= 0) {
        // Whoever started this says when to end by closing the pipe.
      }
    }
  }

  private static String serverOf(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT (string_to_array(pg_read_file('postmaster.pid'), chr(10)))[1]")
                .mapTo(String.class)
                .one());
  }

  private static Database open(String directory) {
    return directory.equals("test")
        ? TestDatabase.fresh()
        : DatabaseModule.open(
            DatabaseConfig.embedded(Path.of(directory)), new TimeOrderedIds(Clock.systemUTC()));
  }
}

package dev.gimbal.server;

import dev.gimbal.platform.json.Json;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Starts this program again, in the background, and waits until it serves.
final class Detached {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LINES_SHOWN = 15;

  private Detached() {}

  static int start(Path data, List<String> more, PrintStream out, PrintStream err)
      throws IOException {
    Path log = Files.createDirectories(data.resolve("log")).resolve("gimbal.log");
    long before = Files.exists(log) ? Files.size(log) : 0;
    Process process =
        new ProcessBuilder(command(data, more))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
          List<String> lines = since(log, before);
          lines
              .subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
              .forEach(err::println);
          err.println("gimbal: the server did not start; its log: " + log);
          return 1;
        }
        String url = url(data, process.pid());
        if (url != null) {
          out.printf(
              "Gimbal is ready at %s (process %d, log %s)%nThe administrator's key lies in %s%n",
              url, process.pid(), log, data.resolve(DataDirectory.KEY_FILE));
          return 0;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.println("gimbal: the server is not ready after " + PATIENCE.toSeconds() + " s: " + log);
    return 1;
  }

  /// Its own last words: what earlier servers wrote into the log stands before them.
  private static List<String> since(Path log, long start) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(start, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8).lines().toList();
  }

  private static List<String> command(Path data, List<String> more) {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> command = new ArrayList<>();
    for (Path session : List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"))) {
      if (command.isEmpty() && Files.isExecutable(session)) {
        command.add(session.toString()); // the end of the terminal is not the end of the server
      }
    }
    command.add(self.command().orElse(Path.of(System.getProperty("java.home"), "bin/java") + ""));
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(List.of("up", "--data", data.toString()));
    command.addAll(more);
    return command;
  }

  /// The distribution's folder of jars by its pattern, so that a list of processes stays readable.
  private static String classPath() {
    Path jars = Path.of(System.getProperty("gimbal.home", "")).resolve("lib");
    return Files.isDirectory(jars) ? jars + "/*" : System.getProperty("java.class.path");
  }

  private static @Nullable String url(Path data, long pid) {
    try {
      var running = Json.tree(Files.readString(data.resolve(DataDirectory.SERVER_FILE)));
      return running.path("pid").asLong() == pid ? running.path("url").asText() : null;
    } catch (IOException e) {
      return null; // not there yet
    }
  }
}

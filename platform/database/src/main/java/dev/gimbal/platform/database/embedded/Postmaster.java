package dev.gimbal.platform.database.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The main process of a running PostgreSQL as its `postmaster.pid` describes it. A process id in
/// that file may have gone to another program since; ours is known by its working directory, which
/// is the data.
///
/// @param pid of the process
/// @param port it listens on; 0 while it does not say
/// @param ready whether it takes connections
record Postmaster(long pid, int port, boolean ready) {
  private static final Duration POLL = Duration.ofMillis(5);

  /// The server that runs on this data, if one does.
  static Optional<Postmaster> on(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      long pid = Long.parseLong(lines.getFirst().strip());
      if (!worksIn(pid, data)) {
        return Optional.empty();
      }
      int port = lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0;
      boolean ready = lines.size() > 7 && lines.get(7).strip().equals("ready");
      return Optional.of(new Postmaster(pid, port, ready));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      // It is being written; whoever waits looks again.
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.of("cannot read postmaster.pid in " + data, e);
    }
  }

  /// Processes that a server whose main process was killed left on this data: they end by
  /// themselves, and until then no other server may start.
  static List<Long> processesOn(Path data) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (worksIn(pid, data)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw Failure.of("cannot list processes", e);
    }
    return found;
  }

  /// Asks for a fast shutdown (running transactions are rolled back, data is flushed) and waits
  /// for its end; a server that takes longer than `patience` is stopped at once, as by a crash,
  /// from which it recovers at its next start.
  void stop(Path data, Duration patience) {
    signal("INT", pid);
    if (!gone(data, patience)) {
      signal("QUIT", pid);
      if (!gone(data, Duration.ofSeconds(10))) {
        throw Failure.saying("PostgreSQL (process " + pid + ") does not stop", null);
      }
    }
  }

  /// Whether no process is left on the data before the time is over.
  static boolean gone(Path data, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!processesOn(data).isEmpty()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause();
    }
    return true;
  }

  /// The JDK can only send the two signals that mean other things to PostgreSQL.
  static void signal(String name, long pid) {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw Failure.of("cannot signal PostgreSQL", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.saying("interrupted while PostgreSQL was being stopped", e);
    }
  }

  /// A moment until it is worth looking again.
  static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.saying("interrupted while waiting for PostgreSQL", e);
    }
  }

  private static boolean worksIn(long pid, Path data) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
          .equals(data.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.gimbal.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that was just started, and the folder that it works in.
record Launch(Process process, Path scratch) {
  private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

  /// Of 1,000: what Linux ends when memory is used up is a child, which is replaced, not this JVM.
  private static final String FIRST_TO_GO = "800";

  /// @param name of the pool, in the folder's name
  /// @throws ProcessException [ProcessError#CHILD_UNSTARTABLE]
  static Launch start(ChildCommand command, String name) {
    Path scratch = Scratch.create(name);
    ProcessBuilder builder = new ProcessBuilder(command.commandLine()).directory(scratch.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("LANG", "C.UTF-8");
    environment.put("TMPDIR", scratch.toString());
    environment.putAll(command.environment());
    try {
      Process process = builder.start();
      offer(process);
      return new Launch(process, scratch);
    } catch (IOException e) {
      deleteQuietly(scratch, e);
      throw new ProcessException(
          ProcessError.CHILD_UNSTARTABLE, "cannot start " + command.arguments().getFirst(), e);
    }
  }

  private static void offer(Process process) {
    Path score = Path.of("/proc", Long.toString(process.pid()), "oom_score_adj");
    if (!Files.exists(score)) {
      return; // no Linux, or the child is gone already
    }
    try {
      Files.writeString(score, FIRST_TO_GO);
    } catch (IOException e) {
      LOG.debug("cannot set {}", score, e);
    }
  }

  private static void deleteQuietly(Path scratch, IOException cause) {
    try {
      Scratch.delete(scratch);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// Ends the process and all that it started, at once, and then deletes its folder.
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Scratch.delete(process, scratch);
  }

  /// Waits a little for the end of a process that was killed, so that its folder goes although this
  /// JVM ends next.
  void awaitEnd() {
    try {
      if (process.waitFor(2, TimeUnit.SECONDS)) {
        Scratch.delete(scratch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("cannot delete {}", scratch, e);
    }
  }
}

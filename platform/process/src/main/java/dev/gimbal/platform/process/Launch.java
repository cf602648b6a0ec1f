package dev.gimbal.platform.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that was just started, and the folder that it works in.
record Launch(Process process, Path scratch) {
  private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

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
      return new Launch(builder.start(), scratch);
    } catch (IOException e) {
      deleteQuietly(scratch, e);
      throw new ProcessException(
          ProcessError.CHILD_UNSTARTABLE, "cannot start " + command.arguments().getFirst(), e);
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

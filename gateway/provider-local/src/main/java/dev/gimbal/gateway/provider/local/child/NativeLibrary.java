package dev.gimbal.gateway.provider.local.child;

import de.kherud.llama.LlamaModel;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the engine's library is unpacked, and for how long.
final class NativeLibrary {
  private NativeLibrary() {}

  /// Loads it out of the child's own folder: the library has a fixed name, and two processes that
  /// unpack it at once in one place break each other. What was unpacked is deleted as soon as it is
  /// loaded: after a parent that was killed nobody else would.
  ///
  /// @throws IOException if it cannot be unpacked, loaded or deleted
  static void load() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    System.setProperty("de.kherud.llama.tmpdir", here.toString());
    try {
      Class.forName(LlamaModel.class.getName());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IOException("the engine's library cannot be loaded: " + e.getMessage(), e);
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(here, "*jllama*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}

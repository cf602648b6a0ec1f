package dev.gimbal.gateway.provider.local.child;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the engine's library is unpacked, and for how long.
final class NativeLibrary {
  private NativeLibrary() {}

  /// Into the child's own folder, which goes with the child: the library has a fixed name, and two
  /// processes that unpack it at once in one place break each other.
  static void extractHere() {
    System.setProperty("de.kherud.llama.tmpdir", Path.of("").toAbsolutePath().toString());
  }

  /// Deletes what was unpacked, now that it is loaded: after a parent that was killed nobody else
  /// would. Where a loaded library cannot be deleted it stays for the parent.
  static void deleteUnpacked() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(""), "*jllama*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("the unpacked library stays: " + e);
    }
  }
}

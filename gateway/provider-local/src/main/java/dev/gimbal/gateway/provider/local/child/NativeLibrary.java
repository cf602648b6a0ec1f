package dev.gimbal.gateway.provider.local.child;

import java.nio.file.Path;

/// Where the engine's library is unpacked.
final class NativeLibrary {
  private NativeLibrary() {}

  /// Into the child's own folder, which goes with the child: the library has a fixed name, and two
  /// processes that unpack it at once in one place break each other.
  static void extractHere() {
    System.setProperty("de.kherud.llama.tmpdir", Path.of("").toAbsolutePath().toString());
  }
}

package dev.gimbal.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The secrets that lie in the data directory, readable by the owner alone.
final class Keyring {
  private static final int KEY_BYTES = 32;

  private Keyring() {}

  /// The key that seals credentials in the database: `GIMBAL_MASTER_KEY` in base64, else
  /// `DATA/master.key`, made at the first start.
  static SecretKey master(Path data, @org.jspecify.annotations.Nullable String environment)
      throws IOException {
    if (environment != null && !environment.isEmpty()) {
      return key(environment, "GIMBAL_MASTER_KEY");
    }
    Path file = data.resolve("master.key");
    if (!Files.exists(file)) {
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      write(file, Base64.getEncoder().encodeToString(key) + "\n");
    }
    return key(Files.readString(file).strip(), file.toString());
  }

  /// For a server that keeps no credential: what this key would seal nobody could open again.
  static SecretKey nothingSealed() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new SecretKeySpec(key, "AES");
  }

  /// Writes a secret so that nobody else can read it, not even for a moment.
  static void write(Path file, String secret) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        file,
        secret.getBytes(StandardCharsets.UTF_8),
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.SYNC)
            .toArray(StandardOpenOption[]::new));
  }

  private static SecretKey key(String base64, String where) throws IOException {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + " must be base64", e);
    }
    if (key.length != KEY_BYTES) {
      throw new IOException(where + " must hold 32 bytes in base64, but holds " + key.length);
    }
    return new SecretKeySpec(key, "AES");
  }
}

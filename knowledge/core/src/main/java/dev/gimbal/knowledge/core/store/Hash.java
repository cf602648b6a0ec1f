package dev.gimbal.knowledge.core.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256.
///
/// @param hex 64 lower-case hexadecimal digits
public record Hash(String hex) {

  /// Of bytes that were digested.
  public static Hash of(byte[] digest) {
    return new Hash(HexFormat.of().formatHex(digest));
  }

  /// Of a text in UTF-8.
  public static Hash of(String text) {
    return of(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// As a database keeps it.
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

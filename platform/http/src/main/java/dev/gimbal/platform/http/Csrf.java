package dev.gimbal.platform.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The token that a page proves with that it can read the session's answer, not only send its
/// cookie. It is derived from the cookie's 256 random bits, so that nothing need be stored and
/// nobody without the cookie can make it.
public final class Csrf {
  /// The header that carries it on requests that change something.
  public static final String HEADER = "x-gimbal-csrf";

  private Csrf() {}

  /// The token that belongs to a session cookie.
  public static String tokenOf(String session) {
    return HexFormat.of().formatHex(sha256("gimbal-csrf:" + session), 0, 16);
  }

  /// Whether the header is the session's token. Takes the same time for each wrong one.
  public static boolean fits(String session, @Nullable String header) {
    return header != null
        && MessageDigest.isEqual(
            tokenOf(session).getBytes(StandardCharsets.UTF_8),
            header.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package dev.gimbal.platform.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/// Names and values of headers as bytes. A name whose hash is known, and bytes that are copied at
/// once, cost a fraction of a text that is hashed and written character by character for each
/// request.
public final class HeaderText {
  public static final CharSequence REQUEST_ID = of("x-request-id");

  private HeaderText() {}

  /// The same text. What is beyond Latin 1 becomes a question mark, as on the wire.
  public static CharSequence of(String text) {
    return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1), false);
  }
}

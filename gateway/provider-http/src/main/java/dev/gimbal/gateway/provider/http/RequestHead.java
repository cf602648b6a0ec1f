package dev.gimbal.gateway.provider.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpMethod;

/// Writes the line and the headers of a request, as RFC 9112 has them. What could end a header and
/// begin another is refused.
final class RequestHead {
  private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'};
  private static final int CRLF = '\r' << 8 | '\n';
  private static final int COLON = ':' << 8 | ' ';
  private static final char LAST_ASCII = '~';
  private static final char LAST_BYTE = '\u00ff';

  private final ByteBuf out;

  /// @throws IllegalArgumentException if the path cannot be sent
  RequestHead(ByteBuf out, HttpMethod method, String uri) {
    this.out = out;
    text(method.name(), false);
    out.writeByte(' ');
    text(uri, false);
    out.writeBytes(VERSION);
  }

  /// @throws IllegalArgumentException if it cannot be sent
  RequestHead header(String name, String value) {
    text(name, false);
    out.writeShort(COLON);
    text(value, true);
    out.writeShort(CRLF);
    return this;
  }

  void end() {
    out.writeShort(CRLF);
  }

  private void text(String text, boolean spaced) {
    int length = text.length();
    out.ensureWritable(length);
    for (int i = 0; i < length; i++) {
      char letter = text.charAt(i);
      boolean plain = letter > ' ' && letter <= LAST_ASCII;
      if (!plain && !(spaced && (letter == ' ' || letter == '\t' || letter > '\u007f'))) {
        throw new IllegalArgumentException(
            "A request's path or header has a character that cannot be sent: code " + (int) letter);
      }
      out.writeByte(letter > LAST_BYTE ? '?' : letter);
    }
  }
}

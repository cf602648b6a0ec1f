package dev.gimbal.gateway.provider.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Writes the line and the headers of a request, as RFC 9112 has them. What could end a header and
/// begin another is refused.
final class RequestHead {
  private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'};
  private static final int COLON = ':' << 8 | ' ';
  private static final char LAST_ASCII = '~';

  private final ByteBuf out;

  private RequestHead(ByteBuf out) {
    this.out = out;
  }

  /// @throws IllegalArgumentException if the path cannot be sent
  RequestHead(ByteBuf out, HttpMethod method, String uri) {
    this(out);
    text(method.name(), false);
    out.writeByte(' ');
    text(uri, false);
    out.writeBytes(VERSION);
  }

  /// Headers that many requests have alike, for [#made].
  ///
  /// @throws IllegalArgumentException if one cannot be sent
  static byte[] make(Map<String, String> headers) {
    ByteBuf made = Unpooled.buffer();
    RequestHead head = new RequestHead(made);
    headers.forEach(head::header);
    return ByteBufUtil.getBytes(made);
  }

  RequestHead made(byte[] headers) {
    out.writeBytes(headers);
    return this;
  }

  /// @throws IllegalArgumentException if it cannot be sent
  RequestHead header(String name, String value) {
    text(name, false);
    out.writeShort(COLON);
    text(value, true);
    out.writeShort(Bytes.CRLF);
    return this;
  }

  void end() {
    out.writeShort(Bytes.CRLF);
  }

  /// What is no letter of Latin 1 becomes a question mark.
  private void text(String text, boolean spaced) {
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      boolean plain = letter > ' ' && letter <= LAST_ASCII;
      if (!plain && !(spaced && (letter == ' ' || letter == '\t' || letter > '\u007f'))) {
        throw new IllegalArgumentException(
            "A request's path or header has a character that cannot be sent: code " + (int) letter);
      }
    }
    out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
  }
}

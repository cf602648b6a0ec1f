package dev.gimbal.gateway.core.guard;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.gimbal.gateway.core.wire.Edit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Texts between the quotes of valid JSON.
final class JsonText {
  private JsonText() {}

  /// The text, decoded. A surrogate that stands alone in an escape stays one.
  static String decode(byte[] bytes, int from, int to) {
    int escape = from;
    while (escape < to && bytes[escape] != '\\') {
      escape++;
    }
    String plain = new String(bytes, from, escape - from, StandardCharsets.UTF_8);
    if (escape == to) {
      return plain;
    }
    StringBuilder text = new StringBuilder(to - from).append(plain);
    int at = escape;
    while (at < to) {
      if (bytes[at] == '\\') {
        text.append(unescaped(bytes, at));
        at += bytes[at + 1] == 'u' ? 6 : 2;
      } else {
        int run = at;
        while (run < to && bytes[run] != '\\') {
          run++;
        }
        text.append(new String(bytes, at, run - at, StandardCharsets.UTF_8));
        at = run;
      }
    }
    return text.toString();
  }

  private static char unescaped(byte[] bytes, int at) {
    return switch (bytes[at + 1]) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' ->
          (char)
              (Character.digit(bytes[at + 2], 16) << 12
                  | Character.digit(bytes[at + 3], 16) << 8
                  | Character.digit(bytes[at + 4], 16) << 4
                  | Character.digit(bytes[at + 5], 16));
      default -> (char) bytes[at + 1];
    };
  }

  /// The byte at which the character `units` behind the one at `from` begins, in UTF-16 units of
  /// the decoded text.
  static int behind(byte[] bytes, int from, int units) {
    int at = from;
    int left = units;
    while (left > 0) {
      int b = bytes[at] & 0xFF;
      if (b == '\\') {
        at += bytes[at + 1] == 'u' ? 6 : 2;
        left--;
      } else {
        at += b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        left -= b >= 0xF0 ? 2 : 1;
      }
    }
    return at;
  }

  /// UTF-16 units of what stands between two places, not decoded.
  static int units(byte[] bytes, int from, int to) {
    int units = 0;
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xFF;
      units += b >= 0xF0 ? 2 : (b & 0xC0) == 0x80 ? 0 : 1;
    }
    return units;
  }

  /// A text as it stands between quotes.
  static byte[] encoded(String text) {
    return JsonStringEncoder.getInstance().quoteAsUTF8(text);
  }

  /// The bytes from `from` to `to` with the edits made, whose places count from the array's start.
  static byte[] splice(byte[] bytes, int from, int to, List<Edit> edits) {
    ByteArrayOutputStream spliced = new ByteArrayOutputStream(to - from + 64);
    int at = from;
    for (Edit edit : edits) {
      spliced.write(bytes, at, edit.start() - at);
      spliced.writeBytes(edit.bytes());
      at = edit.end();
    }
    spliced.write(bytes, at, to - at);
    return spliced.toByteArray();
  }
}

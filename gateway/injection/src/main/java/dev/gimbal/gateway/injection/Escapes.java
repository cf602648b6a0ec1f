package dev.gimbal.gateway.injection;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Texts whose every character is written another way: with percent signs, backslashes, bits, or
/// in Base32. Linear: each way looks at each character a fixed number of times.
final class Escapes {
  private static final int FEWEST = 6;
  private static final int SHORTEST_BASE32 = 24;

  private Escapes() {}

  static void add(String text, List<String> views) {
    if (text.indexOf('%') >= 0) percent(text, views);
    if (text.indexOf('\\') >= 0) backslash(text, views);
    if (text.contains("0") && text.contains("1")) binary(text, views);
    base32(text, views);
  }

  private static void percent(String text, List<String> views) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int found = 0;
    for (int at = 0; at < bytes.length; at++) {
      int value = bytes[at] == '%' ? hex(bytes, at + 1, 2) : -1;
      if (value < 0) out.write(bytes[at]);
      else {
        out.write(value);
        found++;
        at += 2;
      }
    }
    if (found >= FEWEST) views.add(out.toString(StandardCharsets.UTF_8));
  }

  private static void backslash(String text, List<String> views) {
    StringBuilder out = new StringBuilder(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int found = 0;
    for (int at = 0; at < bytes.length; at++) {
      // An escape that was escaped again, as in a quoted JSON text, is one too.
      if (bytes[at] == '\\' && at + 1 < bytes.length && bytes[at + 1] == '\\') continue;
      int digits = digits(bytes, at);
      int value = digits > 0 ? hex(bytes, at + 2, digits) : -1;
      if (value < 0) out.append(text.charAt(at));
      else {
        out.append((char) value);
        found++;
        at += 1 + digits;
      }
    }
    if (found >= FEWEST) views.add(out.toString());
  }

  /// How many digits an escape has that begins here; 0 if none does.
  private static int digits(byte[] bytes, int at) {
    if (bytes[at] != '\\' || at + 1 >= bytes.length) return 0;
    return bytes[at + 1] == 'u' ? 4 : bytes[at + 1] == 'x' ? 2 : 0;
  }

  private static int hex(byte[] bytes, int from, int digits) {
    if (from + digits > bytes.length) return -1;
    int value = 0;
    for (int at = from; at < from + digits; at++) {
      int digit = Character.digit(bytes[at], 16);
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  private static void binary(String text, List<String> views) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int bits = 0;
    int value = 0;
    for (int at = 0; at < text.length(); at++) {
      char read = text.charAt(at);
      if (read == '0' || read == '1') {
        value = value * 2 + (read - '0');
        if (++bits == 8) {
          out.write(value);
          bits = 0;
          value = 0;
        }
      } else if (read != ' ' && read != ',' && read != '\n') {
        bits = 0;
        value = 0;
      }
    }
    if (out.size() >= FEWEST) Views.addIfText(out.toByteArray(), views);
  }

  private static void base32(String text, List<String> views) {
    int from = -1;
    for (int at = 0; at <= text.length(); at++) {
      boolean inside = at < text.length() && five(text.charAt(at)) >= 0;
      if (inside && from < 0) from = at;
      else if (!inside && from >= 0) {
        if (at - from >= SHORTEST_BASE32) Views.addIfText(base32(text, from, at), views);
        from = -1;
      }
    }
  }

  private static byte[] base32(String text, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int at = from; at < to; at++) {
      buffer = (buffer << 5 | five(text.charAt(at))) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out.write(buffer >> bits);
      }
    }
    return out.toByteArray();
  }

  /// The five bits that a character of Base32 stands for; -1 for any other.
  private static int five(char read) {
    if (read >= 'A' && read <= 'Z') return read - 'A';
    return read >= '2' && read <= '7' ? read - '2' + 26 : -1;
  }
}

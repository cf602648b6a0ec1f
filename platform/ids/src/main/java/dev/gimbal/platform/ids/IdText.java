package dev.gimbal.platform.ids;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// The text form of an id in the API: a prefix that says what it names, an underscore, and 26
/// digits of Crockford's base 32 whose alphabetical order is the order of the ids.
public final class IdText {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 26;
  private static final byte[] VALUES = values();

  private IdText() {}

  /// `doc` and an id make `doc_06ev…`.
  public static String format(String prefix, UUID id) {
    int before = prefix.length() + 1;
    char[] text = new char[before + LENGTH];
    prefix.getChars(0, before - 1, text, 0);
    text[before - 1] = '_';
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    for (int at = before + LENGTH - 1; at >= before; at--) {
      text[at] = DIGITS.charAt((int) (low & 31));
      low = (low >>> 5) | (high << 59);
      high >>>= 5;
    }
    return new String(text);
  }

  /// The id in a text that [#format] made with this prefix; empty for any other text.
  public static Optional<UUID> parse(String prefix, String text) {
    if (text.length() != prefix.length() + 1 + LENGTH
        || !text.startsWith(prefix)
        || text.charAt(prefix.length()) != '_') {
      return Optional.empty();
    }
    String digits = text.substring(prefix.length() + 1).toLowerCase(Locale.ROOT);
    if (digits.charAt(0) > '7') {
      return Optional.empty();
    }
    long high = 0;
    long low = 0;
    for (int at = 0; at < LENGTH; at++) {
      char digit = digits.charAt(at);
      int value = digit < 128 ? VALUES[digit] : -1;
      if (value < 0) {
        return Optional.empty();
      }
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | value;
    }
    return Optional.of(new UUID(high, low));
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int digit = 0; digit < DIGITS.length(); digit++) {
      values[DIGITS.charAt(digit)] = (byte) digit;
    }
    return values;
  }
}

package dev.gimbal.platform.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, written as `512KiB`, `16MiB`, `2GiB` or a plain number.
///
/// @param bytes 0 or more
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(B|KIB|MIB|GIB)?");
  private static final long UNIT = 1024;

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, but is " + bytes);
    }
  }

  /// That many mebibytes.
  public static ByteSize mebibytes(long count) {
    return new ByteSize(count * UNIT * UNIT);
  }

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is none
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!form.matches()) {
      throw new IllegalArgumentException("must be a size like 16MiB, but is " + text);
    }
    String unit = form.group(2) == null ? "B" : form.group(2);
    long scale =
        switch (unit) {
          case "KIB" -> UNIT;
          case "MIB" -> UNIT * UNIT;
          case "GIB" -> UNIT * UNIT * UNIT;
          default -> 1;
        };
    try {
      return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), scale));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("must be a size like 16MiB, but is " + text, e);
    }
  }

  /// The number as an int, for arrays.
  public int intBytes() {
    return Math.toIntExact(bytes);
  }

  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % UNIT == 0 && unit < units.length - 1) {
      value /= UNIT;
      unit++;
    }
    return value + units[unit];
  }
}

package dev.gimbal.knowledge.engine.parser.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;

/// Finds the encoding of text. In this order: a byte order mark; UTF-16 by its zeros; UTF-8
/// if all of it is valid; UTF-8 with its wrong bytes replaced by U+FFFD if nearly all of it
/// is; GB18030 if it is valid and looks like Chinese; UTF-8 again if most of it is; else
/// windows-1252, in which all bytes mean something.
public final class Charsets {
  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /// Enough to judge by.
  private static final int SAMPLE = 256 << 10;

  private Charsets() {}

  /// The text that the bytes hold, without a byte order mark.
  public static String decode(byte[] bytes) {
    return marked(bytes).orElseGet(() -> strip(new String(bytes, 0, bytes.length, detect(bytes))));
  }

  /// The text in the declared encoding, if that is one and its bytes are valid in it; else as
  /// [#decode(byte\[\])].
  public static String decode(byte[] bytes, String declared) {
    Optional<String> marked = marked(bytes);
    if (marked.isPresent()) {
      return marked.get();
    }
    if (valid(bytes, UTF_8)) {
      return new String(bytes, UTF_8);
    }
    try {
      Charset charset = Charset.forName(declared.equalsIgnoreCase("gb2312") ? "GB18030" : declared);
      return strip(new String(bytes, charset));
    } catch (IllegalArgumentException e) {
      return decode(bytes);
    }
  }

  private static Optional<String> marked(byte[] bytes) {
    if (begins(bytes, 0xEF, 0xBB, 0xBF)) {
      return Optional.of(new String(bytes, 3, bytes.length - 3, UTF_8));
    }
    if (begins(bytes, 0xFF, 0xFE, 0, 0) || begins(bytes, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(strip(new String(bytes, Charset.forName("UTF-32"))));
    }
    if (begins(bytes, 0xFF, 0xFE)) {
      return Optional.of(new String(bytes, 2, bytes.length - 2, UTF_16LE));
    }
    if (begins(bytes, 0xFE, 0xFF)) {
      return Optional.of(new String(bytes, 2, bytes.length - 2, UTF_16BE));
    }
    return Optional.empty();
  }

  /// The encoding of bytes that begin with no mark.
  static Charset detect(byte[] bytes) {
    int sample = Math.min(bytes.length, SAMPLE);
    int evenZeros = 0;
    int oddZeros = 0;
    for (int i = 0; i < sample; i++) {
      if (bytes[i] == 0) {
        if (i % 2 == 0) {
          evenZeros++;
        } else {
          oddZeros++;
        }
      }
    }
    if (oddZeros > sample / 5 && evenZeros <= sample / 50) {
      return UTF_16LE;
    }
    if (evenZeros > sample / 5 && oddZeros <= sample / 50) {
      return UTF_16BE;
    }
    if (valid(bytes, UTF_8) || mostlyUtf8(bytes, 10)) {
      return UTF_8;
    }
    if (valid(bytes, GB18030) && looksChinese(bytes)) {
      return GB18030;
    }
    return mostlyUtf8(bytes, 1) ? UTF_8 : WINDOWS_1252;
  }

  /// Whether bytes without a mark are text at all: no zeros outside UTF-16, few control
  /// characters.
  public static boolean textual(byte[] head) {
    if (marked(head).isPresent()) {
      return true;
    }
    Charset charset = detect(head);
    boolean wide = charset.equals(UTF_16LE) || charset.equals(UTF_16BE);
    // Of bytes that are no text, a character set of single bytes shows each.
    String text = new String(head, wide ? charset : ISO_8859_1);
    int controls = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      boolean space = c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x1b;
      boolean odd = (c < 0x20 && !space) || (wide && !Character.isDefined(c));
      controls += odd ? 1 : 0;
    }
    return controls <= text.length() / 50 + (wide ? 0 : 1);
  }

  private static boolean begins(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean valid(byte[] bytes, Charset charset) {
    try {
      charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /// Whether among the bytes above ASCII valid sequences outnumber wrong bytes so many times.
  private static boolean mostlyUtf8(byte[] bytes, int times) {
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < bytes.length; ) {
      int lead = bytes[i] & 0xff;
      int length =
          lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead < 0xe0 ? 0 : lead < 0xf0 ? 3 : 4;
      boolean fits = length > 0 && lead < 0xf5 && i + length <= bytes.length;
      for (int k = 1; fits && k < length; k++) {
        fits = (bytes[i + k] & 0xc0) == 0x80;
      }
      if (!fits) {
        wrong++;
        i++;
      } else {
        right += length > 1 ? 1 : 0;
        i += length;
      }
    }
    return right > (long) times * wrong;
  }

  /// In Chinese text nearly every two-byte character lies in the plane of common characters
  /// and signs, both bytes from A1 on; in Western text a letter with an accent stands alone
  /// among ASCII.
  private static boolean looksChinese(byte[] bytes) {
    int common = 0;
    int other = 0;
    for (int i = 0; i + 1 < Math.min(bytes.length, SAMPLE); i++) {
      int lead = bytes[i] & 0xff;
      if (lead >= 0x80) {
        int trail = bytes[i + 1] & 0xff;
        if (trail >= 0xa1 && lead >= 0xa1 && lead <= 0xf7) {
          common++;
        } else {
          other++;
        }
        i++;
      }
    }
    return common > 4L * other;
  }

  private static String strip(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /// Bytes as Latin-1, to look for ASCII words in.
  public static String ascii(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}

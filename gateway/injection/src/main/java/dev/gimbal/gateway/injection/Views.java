package dev.gimbal.gateway.injection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// What a text says besides its letters: stretches in Base64 or hexadecimal, escapes, ROT13,
/// reversed words, characters of Unicode's invisible tag block. Linear in the text: a stretch is
/// decoded once, and what was decoded is not looked at again.
final class Views {
  private static final int SHORTEST_BASE64 = 16;
  private static final int SHORTEST_HEX = 20;
  private static final int MOST_DECODED = 64;
  private static final int TAG_HIGH = 0xdb40;
  private static final List<String> ROT13 =
      List.of(
          "vtaber", "vafgehpgvbaf", "cebzcg", "flfgrz", "cerivbhf", "qvfertneq", "erirny", "ehyrf");
  private static final List<String> REVERSED =
      List.of(
          "erongi", "snoitcurtsni", "tpmorp", "metsys", "suoiverp", "dragersid", "laever", "selur");

  private Views() {}

  /// All of them that there are; usually none.
  static List<String> of(String text) {
    List<String> views = new ArrayList<>(0);
    decode(text, views);
    Escapes.add(text, views);
    tags(text, views);
    if (anyWord(text, ROT13)) views.add(rot13(text));
    if (anyWord(text, REVERSED)) views.add(new StringBuilder(text).reverse().toString());
    return views;
  }

  private static void decode(String text, List<String> views) {
    int from = -1;
    boolean hex = true;
    for (int at = 0; at <= text.length(); at++) {
      char read = at < text.length() ? text.charAt(at) : ' ';
      if (base64(read)) {
        if (from < 0) {
          from = at;
          hex = true;
        }
        hex &= hex(read);
      } else if (from >= 0) {
        if (views.size() < MOST_DECODED) decodeRun(text.substring(from, at), hex, views);
        from = -1;
      }
    }
  }

  private static void decodeRun(String run, boolean hex, List<String> views) {
    if (hex && run.length() >= SHORTEST_HEX && run.length() % 2 == 0)
      addIfText(HexFormat.of().parseHex(run), views);
    else if (run.length() >= SHORTEST_BASE64 && mixed(run)) {
      String canonical = run.replace('-', '+').replace('_', '/');
      int end = canonical.length();
      while (end > 0 && canonical.charAt(end - 1) == '=') end--;
      if (canonical.indexOf('=') >= 0 && canonical.indexOf('=') < end) return;
      end -= end % 4 == 1 ? 1 : 0;
      addIfText(Base64.getDecoder().decode(canonical.substring(0, end)), views);
    }
  }

  /// Words and paths are of the same alphabet, but seldom of both cases with digits between.
  private static boolean mixed(String run) {
    boolean upperInside = false;
    boolean lower = false;
    for (int at = 1; at < run.length(); at++) {
      char read = run.charAt(at);
      upperInside |= read >= 'A' && read <= 'Z';
      lower |= read >= 'a' && read <= 'z';
    }
    return upperInside && lower;
  }

  static void addIfText(byte[] decoded, List<String> views) {
    String text = new String(decoded, StandardCharsets.UTF_8);
    int readable = 0;
    for (int at = 0; at < text.length(); at++) {
      char read = text.charAt(at);
      if (Character.isLetterOrDigit(read) || read == ' ') readable++;
    }
    if (readable * 10 >= text.length() * 8 && text.indexOf('\ufffd') < 0) views.add(text);
  }

  private static void tags(String text, List<String> views) {
    if (text.indexOf(TAG_HIGH) < 0) return;
    StringBuilder said = new StringBuilder();
    text.codePoints()
        .filter(point -> point >= 0xe0020 && point <= 0xe007e)
        .forEach(point -> said.append((char) (point - 0xe0000)));
    if (!said.isEmpty()) views.add(said.toString());
  }

  private static boolean anyWord(String text, List<String> words) {
    int from = -1;
    for (int at = 0; at <= text.length(); at++) {
      boolean letter = at < text.length() && asciiLetter(text.charAt(at));
      if (letter && from < 0) from = at;
      else if (!letter && from >= 0) {
        if (isOneOf(text, from, at - from, words)) return true;
        from = -1;
      }
    }
    return false;
  }

  private static boolean isOneOf(String text, int from, int length, List<String> words) {
    for (int each = 0; each < words.size(); each++) {
      String word = words.get(each);
      if (word.length() == length && text.regionMatches(true, from, word, 0, length)) return true;
    }
    return false;
  }

  private static String rot13(String text) {
    StringBuilder turned = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); at++) {
      char read = text.charAt(at);
      if (!asciiLetter(read)) turned.append(read);
      else {
        int base = read >= 'a' ? 'a' : 'A';
        turned.append((char) (base + (read - base + 13) % 26));
      }
    }
    return turned.toString();
  }

  private static boolean asciiLetter(char read) {
    return (read >= 'a' && read <= 'z') || (read >= 'A' && read <= 'Z');
  }

  private static boolean base64(char read) {
    return asciiLetter(read)
        || (read >= '0' && read <= '9')
        || read == '+'
        || read == '/'
        || read == '='
        || read == '-'
        || read == '_';
  }

  private static boolean hex(char read) {
    return (read >= '0' && read <= '9')
        || (read >= 'a' && read <= 'f')
        || (read >= 'A' && read <= 'F');
  }
}

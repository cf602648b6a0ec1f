package dev.gimbal.platform.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The tokens of a text for simple matching: words, folded, and bigrams of Chinese, Japanese and
/// Korean characters (which stand without spaces). No stemming, no stop words. Pure.
public final class Tokens {
  private Tokens() {}

  /// The tokens in order, with repetitions. Width, case, ligatures and Latin accents are folded; a
  /// word is a run of letters, digits and marks, with the apostrophe dropped with what follows it
  /// (`Gimbal's` is `gimbal`). A single ideograph stands for itself.
  public static List<String> of(String text) {
    String folded = fold(text);
    List<String> tokens = new ArrayList<>(folded.length() / 5 + 1);
    int at = 0;
    while (at < folded.length()) {
      int codePoint = folded.codePointAt(at);
      if (ideographic(codePoint)) {
        at = bigrams(folded, at, tokens);
      } else if (Character.isLetterOrDigit(codePoint)) {
        at = word(folded, at, tokens);
      } else {
        at += Character.charCount(codePoint);
      }
    }
    return tokens;
  }

  /// The text as [#of] compares it: NFKC, lower case, Latin accents off.
  public static String fold(String text) {
    String folded = text;
    if (!plain(text)) {
      String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
      StringBuilder kept = new StringBuilder(decomposed.length());
      int base = 0;
      for (int at = 0; at < decomposed.length(); ) {
        int codePoint = decomposed.codePointAt(at);
        at += Character.charCount(codePoint);
        boolean mark = Character.getType(codePoint) == Character.NON_SPACING_MARK;
        if (!mark) {
          base = codePoint;
        }
        if (!mark || !latin(base)) {
          kept.appendCodePoint(codePoint);
        }
      }
      folded = Normalizer.normalize(kept, Normalizer.Form.NFC);
    }
    return folded.toLowerCase(Locale.ROOT);
  }

  /// Whether a character belongs to a script that is written without spaces between words.
  public static boolean ideographic(int codePoint) {
    if (codePoint < 0x1100) {
      return false;
    }
    return switch (Character.UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> Character.isLetter(codePoint);
      default -> false;
    };
  }

  private static int bigrams(String text, int start, List<String> tokens) {
    int at = start;
    int previous = -1;
    int count = 0;
    while (at < text.length() && ideographic(text.codePointAt(at))) {
      int width = Character.charCount(text.codePointAt(at));
      if (previous >= 0) {
        tokens.add(text.substring(previous, at + width));
      }
      previous = at;
      at += width;
      count++;
    }
    if (count == 1) {
      tokens.add(text.substring(start, at));
    }
    return at;
  }

  private static int word(String text, int start, List<String> tokens) {
    int at = start;
    while (at < text.length() && inWord(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    tokens.add(text.substring(start, at));
    if (at + 1 < text.length() && apostrophe(text.charAt(at)) && text.charAt(at + 1) == 's') {
      int behind = at + 2;
      if (behind == text.length() || !inWord(text.codePointAt(behind))) {
        return behind;
      }
    }
    return at;
  }

  private static boolean inWord(int codePoint) {
    return (Character.isLetterOrDigit(codePoint)
            || Character.getType(codePoint) == Character.NON_SPACING_MARK
            || Character.getType(codePoint) == Character.COMBINING_SPACING_MARK)
        && !ideographic(codePoint);
  }

  private static boolean apostrophe(char character) {
    return character == '\'' || character == '\u2019';
  }

  private static boolean latin(int codePoint) {
    return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.LATIN;
  }

  private static boolean plain(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}

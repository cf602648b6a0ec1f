package dev.gimbal.gateway.guard;

import java.util.HashMap;
import java.util.Map;

/// Characters as phrases are compared by: small letters, half width, look-alikes of Cyrillic and
/// Greek as the Latin letters they look like (a part of Unicode's confusables, UTS 39), accents of
/// Latin letters and everything invisible away, any blank a space.
final class Folding {
  /// Stands for a character that does not count.
  static final char NOTHING = 0;

  private static final String LOOK_ALIKES =
      "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhгr"
          + "αaεeοoρpτtυuνvικκkιiηnωwγyχx"
          + "ɑaɡgıiⅰiⅼlⅽcⅾdⅿmℓlℯeℴo";
  private static final Map<Character, Character> ALIKE = new HashMap<>();
  private static final char[] LATIN = new char[0x250];

  static {
    for (int i = 0; i + 1 < LOOK_ALIKES.length(); i++) {
      char c = LOOK_ALIKES.charAt(i);
      char as = LOOK_ALIKES.charAt(i + 1);
      if (c >= 0x80 && as < 0x80) {
        ALIKE.put(c, as);
      }
    }
    for (char c = 0; c < LATIN.length; c++) {
      LATIN[c] = latin(c);
    }
  }

  private Folding() {}

  private static char latin(char c) {
    if (c == '\t' || c == '\n' || c == '\r' || c == '\u00A0') {
      return ' ';
    }
    if (c < ' ' || c == '\u00AD' || (c >= 0x7F && c < 0xA0)) {
      return NOTHING;
    }
    String parts = java.text.Normalizer.normalize(String.valueOf(c), java.text.Normalizer.Form.NFD);
    char alike = ALIKE.getOrDefault(c, parts.charAt(0));
    return Character.toLowerCase(alike);
  }

  /// A character folded; [#NOTHING] if it does not count.
  static char fold(char c) {
    if (c < LATIN.length) {
      return LATIN[c];
    }
    if (c >= 0x4E00 && c <= 0x9FFF) {
      return c;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) {
      return LATIN[c - 0xFEE0];
    }
    return rare(c);
  }

  private static char rare(char c) {
    if (Character.isSpaceChar(c)) {
      return ' ';
    }
    if (invisible(c)) {
      return NOTHING;
    }
    char small = Character.toLowerCase(c);
    return ALIKE.getOrDefault(small, small);
  }

  /// Zero-width characters, marks that combine, variation selectors, signs of direction.
  static boolean invisible(char c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == '\u3164'
        || c == '\u115F';
  }

  /// A phrase folded, runs of spaces one space.
  static String fold(String phrase) {
    StringBuilder folded = new StringBuilder(phrase.length());
    for (int i = 0; i < phrase.length(); i++) {
      char c = fold(phrase.charAt(i));
      boolean again = c == ' ' && (folded.isEmpty() || folded.charAt(folded.length() - 1) == ' ');
      if (c != NOTHING && !again) {
        folded.append(c);
      }
    }
    return folded.toString().strip();
  }

  /// Whether a folded character belongs to a word in a script that parts words by spaces.
  static boolean inWord(char c) {
    return c < 0x80
        ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
        : c < 0x2E80 && Character.isLetterOrDigit(c);
  }
}

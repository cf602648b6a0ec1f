package dev.gimbal.observability.core.redaction;

/// A text as the patterns read it: full-width forms, the many dashes and spaces are as their ASCII
/// forms, one character for one, so that places hold in the text itself. Counts what is looked at:
/// the proof that no text takes more than a constant times its length. For one thread.
final class Text {
  /// Before the beginning and behind the end.
  static final char NONE = 0;

  private static final char FULL_WIDTH_FIRST = '\uFF01';
  private static final char FULL_WIDTH_LAST = '\uFF5E';
  private static final int FULL_WIDTH_OFFSET = 0xFEE0;

  private final String text;
  private long looked;

  Text(String text) {
    this.text = text;
  }

  int length() {
    return text.length();
  }

  long looked() {
    return looked;
  }

  char at(int place) {
    looked++;
    return place < 0 || place >= text.length() ? NONE : folded(text.charAt(place));
  }

  char lower(int place) {
    char c = at(place);
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  boolean digitAt(int place) {
    return digit(at(place));
  }

  boolean wordAt(int place) {
    return word(at(place));
  }

  /// Whether the text goes on with a word in small letters, in whatever case.
  boolean goesOn(int place, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (lower(place + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the text goes on with just this.
  boolean is(int place, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at(place + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// As it was given, not folded.
  String original(int from, int to) {
    return text.substring(from, to);
  }

  static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /// Ideographs are none: in Chinese nothing parts a number from the word before it.
  static boolean word(char c) {
    return digit(c) || letter(c) || c == '_';
  }

  private static char folded(char c) {
    if (c < 0x80) {
      return c;
    }
    if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST) {
      return (char) (c - FULL_WIDTH_OFFSET);
    }
    if (Character.isSpaceChar(c)) {
      return ' ';
    }
    if (Character.getType(c) == Character.DASH_PUNCTUATION || c == '\u2212') {
      return '-';
    }
    int digit = Character.digit(c, 10);
    return digit < 0 ? c : (char) ('0' + digit);
  }
}

package dev.gimbal.platform.text.sensitive;

import java.util.Arrays;

/// A text as patterns read it, whole or as it comes in pieces: full-width forms, the many dashes
/// and spaces are as their ASCII forms, one character for one, so that places hold in the text
/// itself. Places count from the beginning of the whole text.
///
/// A pattern looks from an anchor, and sees [#BACK] characters before it and [#FORWARD] from it
/// on, however much is there: so what it decides never depends on how the text was cut, and what
/// must be held back until it can decide is bounded. [#touched] says whether it looked at what is
/// not there yet. Counts what is looked at: the proof that no text takes more than a constant
/// times its length. For one thread.
public final class Text {
  /// Before the beginning and behind the end.
  public static final char NONE = 0;

  /// Characters before an anchor that a pattern sees.
  public static final int BACK = 128;

  /// Characters from an anchor on that a pattern sees.
  public static final int FORWARD = 320;

  private static final char FULL_WIDTH_FIRST = '\uFF01';
  private static final char FULL_WIDTH_LAST = '\uFF5E';
  private static final int FULL_WIDTH_OFFSET = 0xFEE0;

  private char[] chars;
  private int base;
  private int end;
  private int seenFrom;
  private int seenTo = FORWARD;
  private boolean touched;
  private long looked;

  /// An empty text, to which pieces are added.
  public Text() {
    this.chars = new char[512];
  }

  /// A whole text.
  public Text(String text) {
    this.chars = text.toCharArray();
    this.end = chars.length;
  }

  /// Adds a piece.
  public void append(String piece) {
    int used = end - base;
    if (used + piece.length() > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(chars.length * 2, used + piece.length()));
    }
    piece.getChars(0, piece.length(), chars, used);
    end += piece.length();
  }

  /// Forgets what stands more than [#BACK] characters before a place.
  public void forget(int before) {
    int from = before - BACK;
    if (from - base > 4 * BACK) {
      System.arraycopy(chars, from - base, chars, 0, end - from);
      base = from;
    }
  }

  /// Behind the last character that is there.
  public int end() {
    return end;
  }

  /// Looks from a place on.
  public void anchor(int place) {
    seenFrom = Math.max(base, place - BACK);
    seenTo = place + FORWARD;
    touched = false;
  }

  /// Whether, since the anchor was set, somebody looked at what may still come.
  public boolean touched() {
    return touched;
  }

  long looked() {
    return looked;
  }

  /// The character at a place, folded; [#NONE] where there is none or the pattern may not look.
  public char at(int place) {
    looked++;
    if (place >= end) {
      touched |= place < seenTo;
      return NONE;
    }
    if (place >= seenTo || place < seenFrom) {
      return NONE;
    }
    char c = chars[place - base];
    return c < 0x80 ? c : folded(c);
  }

  /// Behind the character at a place and, if it belongs to a word of ASCII, behind what is there of
  /// that word.
  int behindWord(int place) {
    int at = place - base;
    int last = end - base;
    boolean inWord = chars[at] < 0x80 && word(chars[at]);
    at++;
    while (inWord && at < last && chars[at] < 0x80 && word(chars[at])) {
      at++;
    }
    looked += at + base - place;
    return at + base;
  }

  /// Behind the words from a place on in which no pattern can begin.
  int behindDull(int place) {
    int behind = Dull.behind(chars, place - base, end - base) + base;
    looked += behind - place;
    return behind;
  }

  /// The character at a place that is there, as it was given.
  public char raw(int place) {
    return chars[place - base];
  }

  /// The character at a place, folded, a capital letter of ASCII as a small one.
  public char lower(int place) {
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

  /// As it was given, not folded, of what is there.
  public String original(int from, int to) {
    int start = Math.min(Math.max(from, base), end);
    return new String(chars, start - base, Math.max(0, Math.min(to, end) - start));
  }

  /// 0 to 9.
  public static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  /// A letter of ASCII.
  public static boolean letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean capital(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /// Ideographs are none: in Chinese nothing parts a number from the word before it.
  public static boolean word(char c) {
    return digit(c) || letter(c) || c == '_';
  }

  static boolean han(char c) {
    return c >= 0x4E00 && c <= 0x9FFF;
  }

  private static char folded(char c) {
    if (c >= 0x3400 && c <= 0x9FFF) {
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

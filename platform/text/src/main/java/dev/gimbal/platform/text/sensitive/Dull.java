package dev.gimbal.platform.text.sensitive;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Passes over the words of plain prose in which no pattern can begin, looking at each character
/// once: words in small letters of ASCII, with a blank or a mark behind them, that are no name for
/// a secret and no beginning of a known form. It may only ever pass over what [SensitiveScan] would
/// have found nothing in, whatever follows.
final class Dull {
  /// A word that is longer is a matter for the patterns.
  private static final int LONGEST = 40;

  private static final int LETTER_BITS = 5;
  private static final int THREE_LETTERS = (1 << (3 * LETTER_BITS)) - 1;

  /// What names a secret, by its last letters.
  private static final String[][] ENDS = new String[THREE_LETTERS + 1][];

  /// Letters that one of [#BEGINNINGS] begins with.
  private static final boolean[] FIRST = new boolean['z' + 1];

  private static final List<String> BEGINNINGS =
      Stream.concat(Secrets.inSmallLetters(), Stream.of("bearer", "basic", "my")).toList();

  static {
    Secrets.names()
        .collect(Collectors.groupingBy(Dull::ending))
        .forEach((ending, names) -> ENDS[ending] = names.toArray(String[]::new));
    BEGINNINGS.forEach(word -> FIRST[word.charAt(0)] = true);
  }

  private Dull() {}

  private static int ending(String word) {
    int ending = 0;
    for (int i = 0; i < word.length(); i++) {
      ending = add(ending, word.charAt(i));
    }
    return ending;
  }

  private static int add(int ending, char letter) {
    return (ending << LETTER_BITS | letter - 'a' + 1) & THREE_LETTERS;
  }

  /// Behind the dull words that begin at a place between words; the place itself if none does.
  static int behind(char[] chars, int from, int end) {
    if (from > 0 && (chars[from - 1] >= 0x80 || Text.word(chars[from - 1]))) {
      return from;
    }
    int at = from;
    while (at < end) {
      char c = chars[at];
      if (c == ' ' || c == ',' || c == '.' || c == '\n') {
        at++;
        continue;
      }
      int start = at;
      int ending = 0;
      while (c >= 'a' && c <= 'z') {
        ending = add(ending, c);
        if (++at == end) {
          return start;
        }
        c = chars[at];
      }
      if (at == start || at - start >= LONGEST || !parts(chars, at, end)) {
        return start;
      }
      if ((c == ' ' && names(ENDS[ending], chars, at))
          || (FIRST[chars[start]] && begins(chars, start, end))) {
        return start;
      }
    }
    return at;
  }

  /// A full stop may join what belongs together.
  private static boolean parts(char[] chars, int at, int end) {
    char c = chars[at];
    boolean stops = c == '.' && at + 1 < end && (chars[at + 1] == ' ' || chars[at + 1] == '\n');
    return c == ' ' || c == ',' || c == '\n' || stops;
  }

  /// Whether what stands before a place ends with one of these.
  private static boolean names(String @Nullable [] names, char[] chars, int end) {
    if (names == null) {
      return false;
    }
    for (String name : names) {
      int at = name.length() - 1;
      int place = end - 1;
      while (at >= 0 && place >= 0 && chars[place] == name.charAt(at)) {
        at--;
        place--;
      }
      if (at < 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean begins(char[] chars, int start, int end) {
    for (String word : BEGINNINGS) {
      int at = 0;
      while (at < word.length() && start + at < end && chars[start + at] == word.charAt(at)) {
        at++;
      }
      if (at == word.length()) {
        return true;
      }
    }
    return false;
  }
}

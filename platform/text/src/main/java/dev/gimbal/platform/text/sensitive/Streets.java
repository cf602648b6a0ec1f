package dev.gimbal.platform.text.sensitive;

import org.jspecify.annotations.Nullable;

/// Addresses in scripts with capital letters: a number and a street, or a street and a number, with
/// the flat, the town, the state and the code that follow.
final class Streets {
  private static final int LONGEST_LINE = 48;
  private static final int LONGEST_PART = 24;
  private static final int MOST_WORDS = 5;
  private static final int MOST_PARTS = 8;

  /// Words that stand before the name of a street in Romance and Slavic languages.
  private static final WordSet BEFORE =
      new WordSet(
          """
          rue avenue boulevard place chemin impasse quai route via viale piazza corso largo calle
          avenida plaza paseo carrer rua travessa praça ulica ul aleja strada
          """);

  /// Ends of the names of streets in Germanic, Finnic and Hungarian.
  private static final String[] ENDS = {
    "straße", "strasse", "gasse", "platz", "allee", "damm", "straat", "laan", "plein", "gracht",
    "gata", "gatan", "vägen", "gade", "vej", "veien", "katu", "utca"
  };

  private Streets() {}

  /// What begins with the number of a house.
  static @Nullable Match numbered(Text text, int place) {
    int next = place;
    while (next - place < 6 && text.digitAt(next)) {
      next++;
    }
    if (Text.letter(text.at(next)) && text.at(next + 1) == ' ') {
      next++;
    }
    for (int words = 0; words < MOST_WORDS && text.at(next) == ' '; words++) {
      int begin = next + 1;
      if (!Character.isUpperCase(text.at(begin))) {
        return null;
      }
      int end = Guesses.word(text, begin);
      boolean before = words == 0 && BEFORE.has(Guesses.hash(text, begin, end));
      boolean street = words > 0 && Names.STREETS.has(Guesses.hash(text, begin, end));
      if (street || (end > begin && ends(text, end)) || (before && name(text, end) > 0)) {
        return Match.of(place, behind(text, before ? name(text, end) : end), Entity.ADDRESS);
      }
      next = text.at(end) == '.' ? end + 1 : end;
    }
    return null;
  }

  /// What begins with the name of a street.
  static @Nullable Match named(Text text, int place, int end, long hash) {
    int name = BEFORE.has(hash) ? name(text, end) : ends(text, end) ? end : 0;
    if (name == 0 || text.at(name) != ' ' || !text.digitAt(name + 1)) {
      return null;
    }
    return Match.of(place, behind(text, name), Entity.ADDRESS);
  }

  /// Behind one to four words that begin with a capital letter or are small links; 0: none.
  private static int name(Text text, int from) {
    int next = text.at(from) == '.' ? from + 1 : from;
    int end = 0;
    for (int words = 0; words < 4 && text.at(next) == ' '; words++) {
      int begin = next + 1;
      next = Guesses.word(text, begin);
      boolean capital = Character.isUpperCase(text.at(begin));
      if (next == begin || (!capital && next - begin > 3)) {
        break;
      }
      end = capital ? next : end;
    }
    return end;
  }

  private static boolean ends(Text text, int end) {
    for (String last : ENDS) {
      boolean same = true;
      for (int i = 1; same && i <= last.length(); i++) {
        same = Character.toLowerCase(text.at(end - i)) == last.charAt(last.length() - i);
      }
      if (same && Character.isLetter(text.at(end - last.length() - 1))) {
        return true;
      }
    }
    return false;
  }

  private static int behind(Text text, int from) {
    int end = text.at(from) == '.' ? from + 1 : from;
    for (int part = 0; part < MOST_PARTS; part++) {
      int next = text.at(end) == ',' ? end + 1 : end;
      boolean line = text.at(next) == '\n' || (text.at(next) == ' ' && text.at(next + 1) == '\n');
      int behind =
          line ? line(text, next) : text.at(next) == ' ' ? part(text, next, next > end) : 0;
      if (behind == 0) {
        return end;
      }
      end = behind;
    }
    return end;
  }

  /// The number behind the street, the flat, a town behind a comma, a state, a code; 0: none.
  private static int part(Text text, int space, boolean comma) {
    int begin = space + 1;
    int behind = begin;
    boolean digits = false;
    while (behind - begin < LONGEST_PART
        && (text.wordAt(behind) || text.at(behind) == '#' || Guesses.inName(text, behind))) {
      digits |= text.digitAt(behind++);
    }
    boolean town = comma && Character.isUpperCase(text.at(begin));
    boolean flat = text.goesOn(begin, "apt") || text.goesOn(begin, "suite");
    boolean state = behind - begin == 2 && Text.capital(text.at(begin + 1));
    if (behind == begin || !(town || flat || digits || state)) {
      return 0;
    }
    return flat && text.at(behind) == '.' ? behind + 1 : behind;
  }

  /// Behind the code that stands on the next lines, if one does; 0: none.
  private static int line(Text text, int from) {
    int digits = 0;
    int words = 0;
    for (int at = from; at - from < LONGEST_LINE; at++) {
      char c = text.at(at);
      if (c == Text.NONE || c == '.' || c == ':' || c == '?' || c == '!') {
        return 0;
      }
      digits = Text.digit(c) ? digits + 1 : 0;
      words += Character.isLetter(c) && Character.isLowerCase(c) && text.at(at - 1) == ' ' ? 1 : 0;
      if (words > 1) {
        return 0;
      }
      if (digits >= 4 && !text.wordAt(at + 1)) {
        return at + 1;
      }
    }
    return 0;
  }
}

package dev.gimbal.platform.text.sensitive;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What no form makes certain: names by lists and by the words around them, addresses by the words
/// for streets, dates beside a word for birth.
final class Guesses {
  private static final int LONGEST_WORD = 24;
  private static final int MOST_NAMES = 3;
  private static final int LONGEST_ADDRESS = 60;
  private static final String[] ADDRESSES = {"地址", "住址", "住在", "家住", "居住于"};
  private static final String ADDRESS_PARTS = "省市区县镇乡村路街道巷弄号楼栋室單单元";
  private static final String[] BIRTHS = {"born", "birth", "dob", "d.o.b", "birthday", "出生", "生日"};
  private static final String STOPS = "的是在和与说，。";

  private Guesses() {}

  static @Nullable Match digits(Text text, int place, Set<Entity> wanted) {
    if (wanted.contains(Entity.DATE_OF_BIRTH)) {
      int end = Dates.numeric(text, place);
      if (end > 0 && (Codes.said(text, place, BIRTHS) || text.is(end, "出生"))) {
        return Match.of(place, end, Entity.DATE_OF_BIRTH);
      }
    }
    return wanted.contains(Entity.ADDRESS) ? Streets.numbered(text, place) : null;
  }

  static @Nullable Match latin(Text text, int place, Set<Entity> wanted) {
    char first = text.at(place);
    if (first == 'm' && wanted.contains(Entity.PERSON) && text.goesOn(place, "my name is ")) {
      return named(text, place + 11);
    }
    if (!Character.isUpperCase(first) || Character.isLetter(text.at(place - 1))) {
      return null;
    }
    int end = word(text, place);
    long hash = hash(text, place, end);
    if (wanted.contains(Entity.DATE_OF_BIRTH) && Names.MONTHS.has(hash)) {
      int behind = Dates.named(text, end);
      if (behind > 0 && Codes.said(text, place, BIRTHS)) {
        return Match.of(place, behind, Entity.DATE_OF_BIRTH);
      }
    }
    Match street = wanted.contains(Entity.ADDRESS) ? Streets.named(text, place, end, hash) : null;
    if (street != null) {
      return street;
    }
    return wanted.contains(Entity.PERSON) ? person(text, place, end, hash) : null;
  }

  private static @Nullable Match person(Text text, int place, int end, long hash) {
    if (Names.TITLES.has(hash)) {
      int next = text.at(end) == '.' ? end + 1 : end;
      return text.at(next) == ' ' ? named(text, next + 1) : null;
    }
    if (text.goesOn(place, "my name is ")) {
      return named(text, place + 11);
    }
    if (Names.GIVEN.has(hash)) {
      int whole = names(text, place);
      if (whole > end) {
        return Match.of(place, whole, Entity.PERSON);
      }
      boolean alone = !Names.ALSO_WORDS.has(hash) && !Names.FAMILY.has(hash);
      return alone ? Match.of(place, end, Entity.PERSON) : null;
    }
    if (end - place < 2 || Names.NO_NAMES.has(hash) || text.at(end) != ' ') {
      return null;
    }
    int behind = word(text, end + 1);
    boolean family =
        Character.isUpperCase(text.at(end + 1)) && Names.FAMILY.has(hash(text, end + 1, behind));
    return family ? Match.of(place, behind, Entity.PERSON) : null;
  }

  /// One to three words that begin with a capital letter, where a name must stand.
  private static @Nullable Match named(Text text, int place) {
    int end = names(text, place);
    return end > place ? Match.of(place, end, Entity.PERSON) : null;
  }

  /// Behind the words with a capital letter that begin at a place, initials among them.
  private static int names(Text text, int place) {
    int end = place;
    int next = place;
    for (int count = 0; count < MOST_NAMES && Character.isUpperCase(text.at(next)); count++) {
      int behind = word(text, next);
      if (count > 0 && Names.NO_NAMES.has(hash(text, next, behind))) {
        break;
      }
      end = behind;
      if (behind - next == 1 && text.at(behind) == '.') {
        behind++;
      }
      next = behind + 1;
      if (text.at(behind) != ' ') {
        break;
      }
    }
    return end;
  }

  static int word(Text text, int place) {
    int end = place;
    while (end - place < LONGEST_WORD && inName(text, end)) {
      end++;
    }
    return end;
  }

  static boolean inName(Text text, int place) {
    char c = text.at(place);
    if (Text.letter(c) || (c >= 0xC0 && c < 0x250)) {
      return true;
    }
    return (c == '\'' || c == '-' || c == '’') && Character.isLetter(text.at(place + 1));
  }

  static long hash(Text text, int from, int to) {
    long hash = WordSet.begin();
    for (int i = from; i < to; i++) {
      char c = text.at(i);
      hash = WordSet.next(hash, c < 0x80 ? c : Character.toLowerCase(c));
    }
    return hash;
  }

  static @Nullable Match han(Text text, int place, Set<Entity> wanted) {
    if (wanted.contains(Entity.ADDRESS)) {
      Match address = address(text, place);
      if (address != null) {
        return address;
      }
    }
    int surname = wanted.contains(Entity.PERSON) ? Names.surname(text, place) : 0;
    return surname == 0 ? null : chinese(text, place, place + surname);
  }

  private static @Nullable Match chinese(Text text, int place, int given) {
    for (int length = 0; length <= 2; length++) {
      int end = given + length;
      if (length > 0 && !Text.han(text.at(end - 1))) {
        break;
      }
      if (titled(text, end)) {
        return Match.of(place, end, Entity.PERSON);
      }
    }
    if (!introduced(text, place) || !Text.han(text.at(given))) {
      return null;
    }
    boolean two = Text.han(text.at(given + 1)) && STOPS.indexOf(text.at(given + 1)) < 0;
    return Match.of(place, given + (two ? 2 : 1), Entity.PERSON);
  }

  private static boolean titled(Text text, int place) {
    if (!Text.han(text.at(place))) {
      return false;
    }
    for (String title : Names.HAN_TITLES) {
      if (text.is(place, title)) {
        return true;
      }
    }
    return false;
  }

  private static boolean introduced(Text text, int place) {
    int back = place;
    while (place - back < 2 && (text.at(back - 1) == ':' || text.at(back - 1) == ' ')) {
      back--;
    }
    for (String word : Names.HAN_INTRODUCTIONS) {
      if (text.is(back - word.length(), word)
          || (text.at(back - 1) == '是' && text.is(back - 1 - word.length(), word))) {
        return true;
      }
    }
    return false;
  }

  /// What the word for an address introduces, up to a mark or a gap.
  private static @Nullable Match address(Text text, int place) {
    int from = -1;
    for (String word : ADDRESSES) {
      if (text.at(place) == word.charAt(0) && text.is(place, word)) {
        from = place + word.length();
      }
    }
    if (from < 0) {
      return null;
    }
    while (from - place < 8
        && (text.at(from) == ':' || text.at(from) == '是' || text.at(from) == ' ')) {
      from++;
    }
    int end = from;
    int parts = 0;
    while (end - from < LONGEST_ADDRESS
        && (Text.han(text.at(end)) || text.wordAt(end) || text.at(end) == '-')) {
      parts += ADDRESS_PARTS.indexOf(text.at(end++)) >= 0 ? 1 : 0;
    }
    return parts >= 2 ? Match.of(from, end, Entity.ADDRESS) : null;
  }
}

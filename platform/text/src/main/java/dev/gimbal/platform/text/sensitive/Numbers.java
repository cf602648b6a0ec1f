package dev.gimbal.platform.text.sensitive;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Cards, numbers of persons, and telephones: what begins with a digit, a plus or a parenthesis. A
/// run of digits alone is none of them unless its check digits or its prefix say so; a telephone
/// needs a form that is used for nothing else, or a word that says what it is.
final class Numbers {
  private static final String APART = " -";
  private static final String DIALLED = " -.()/";
  private static final List<String> TELEPHONES =
      List.of("phone", "mobile", "cell", "tel", "telephone", "fax", "whatsapp");

  /// What one does with a number; no name of a field.
  private static final List<String> CALLING = List.of("call", "dial");

  private static final Set<String> TELEPHONES_HAN =
      Set.of("电话", "手机", "拨打", "致电", "座机", "電話", "手機");
  private static final int NEAR = 14;

  private Numbers() {}

  static @Nullable Match at(Text text, int place) {
    char first = text.at(place);
    if (first == '+') {
      return international(text, place);
    }
    if (first == '(') {
      return text.digitAt(place + 1) ? inParentheses(text, place) : null;
    }
    Match checked = checked(text, place);
    if (checked != null) {
      return checked;
    }
    return dialled(text, place, place);
  }

  /// Whether a field of that name holds the number of a telephone.
  static boolean telephone(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return TELEPHONES.stream().anyMatch(plain::contains) || TELEPHONES_HAN.contains(name);
  }

  private static @Nullable Match checked(Text text, int place) {
    if (text.at(place - 1) == '.' && text.digitAt(place - 2)) {
      return null;
    }
    Run run = Run.of(text, place, APART);
    for (int count = run.count(); count > 0; count--) {
      int end = run.end(count - 1);
      int length = run.length(count);
      if (length == 17 && text.lower(end) == 'x' && !text.wordAt(end + 1)) {
        if (CheckDigits.resident(run.digits(count) + "X")) {
          return Match.of(place, end + 1, Entity.CN_RESIDENT_ID);
        }
      } else if (length >= 12 && !text.wordAt(end) && !fraction(text, end)) {
        String digits = run.digits(count);
        if (CheckDigits.resident(digits)) {
          return Match.of(place, end, Entity.CN_RESIDENT_ID);
        }
        if (grouped(run, count) && CheckDigits.card(digits)) {
          return Match.of(place, end, Entity.CARD);
        }
      }
    }
    return social(text, place, run);
  }

  private static boolean grouped(Run run, int count) {
    for (int i = 0; i < count - 1; i++) {
      if (run.group(i) != 4) {
        return run.group(0) == 4 && run.group(1) == 6 && count == 3;
      }
    }
    return count == 1 || run.group(count - 1) <= 4;
  }

  private static @Nullable Match social(Text text, int place, Run run) {
    if (!run.shaped(0, 3, 2, 4) || after(text, place)) {
      return null;
    }
    String digits = run.digits(3);
    int end = run.end(2);
    boolean dashes = text.at(place + 3) == '-' && text.at(place + 6) == '-';
    boolean given =
        !digits.startsWith("000")
            && !digits.startsWith("666")
            && digits.charAt(0) != '9'
            && !digits.startsWith("00", 3)
            && !digits.endsWith("0000");
    return dashes && given && end == place + 11 && ends(text, end)
        ? Match.of(place, end, Entity.US_SSN)
        : null;
  }

  private static @Nullable Match international(Text text, int place) {
    if (text.wordAt(place - 1)) {
      return null;
    }
    int from = text.at(place + 1) == '(' ? place + 2 : place + 1;
    Run run = Run.of(text, from, DIALLED);
    for (int count = run.count(); count > 0; count--) {
      int length = run.length(count);
      if (length >= 8 && length <= 15 && ends(text, run.end(count - 1))) {
        return Match.of(place, run.end(count - 1), Entity.PHONE);
      }
    }
    return null;
  }

  /// An area in parentheses with the number behind it.
  private static @Nullable Match inParentheses(Text text, int place) {
    Run run = Run.of(text, place + 1, DIALLED);
    return run.count() > 1 && text.at(run.end(0)) == ')' ? dialled(text, place, place + 1) : null;
  }

  private static @Nullable Match dialled(Text text, int place, int from) {
    if (after(text, place)) {
      return null;
    }
    Run run = Run.of(text, from, DIALLED);
    int count = mobile(run);
    if (count == 0) {
      count = american(run);
    }
    if (count == 0) {
      count = trunk(run);
    }
    if (count == 0 && run.count() > 0 && said(text, place)) {
      count = spoken(run);
    }
    if (count == 0) {
      return null;
    }
    int end = run.end(count - 1);
    int behind = extension(text, end);
    return behind > 0 || ends(text, end)
        ? Match.of(place, Math.max(end, behind), Entity.PHONE)
        : null;
  }

  /// Behind `x123`, `ext. 123`; 0: none.
  private static int extension(Text text, int end) {
    int next = text.at(end) == ' ' ? end + 1 : end;
    int word = text.goesOn(next, "ext") ? 3 : text.lower(next) == 'x' ? 1 : 0;
    if (word == 0) {
      return 0;
    }
    next += word;
    next += text.at(next) == '.' ? 1 : 0;
    next += text.at(next) == ' ' ? 1 : 0;
    int from = next;
    while (next - from < 6 && text.digitAt(next)) {
      next++;
    }
    return next > from && !text.wordAt(next) ? next : 0;
  }

  /// A Chinese mobile, with or without the country: how many groups it takes, 0 if it is none.
  private static int mobile(Run run) {
    for (int count = 1; count <= Math.min(run.count(), 4); count++) {
      String digits = run.digits(count);
      int country = digits.startsWith("0086") ? 4 : digits.startsWith("86") ? 2 : 0;
      if (digits.length() == country + 11
          && digits.charAt(country) == '1'
          && digits.charAt(country + 1) >= '3'
          && split(run, count, country)) {
        return count;
      }
    }
    return 0;
  }

  private static boolean split(Run run, int count, int country) {
    int first = country > 0 && run.group(0) == country ? 1 : 0;
    int joined = first == 0 ? country : 0;
    return count == first + 1 || (count == first + 3 && run.shaped(first, 3 + joined, 4, 4));
  }

  private static int american(Run run) {
    int first = run.count() > 0 && run.group(0) == 1 && run.digits(1).equals("1") ? 1 : 0;
    if (!run.shaped(first, 3, 3, 4)) {
      return 0;
    }
    String digits = run.digits(first + 3);
    return digits.charAt(first) >= '2' && digits.charAt(first + 3) >= '2' ? first + 3 : 0;
  }

  /// A national number with its zero in front and a gap behind the area.
  private static int trunk(Run run) {
    for (int count = Math.min(run.count(), 6); count > 1; count--) {
      int length = run.length(count);
      String digits = run.digits(count);
      if (digits.startsWith("00") && digits.charAt(2) != '0' && length >= 11 && length <= 17) {
        return count;
      }
      if (length >= 9
          && length <= 12
          && digits.charAt(0) == '0'
          && digits.charAt(1) != '0'
          && run.group(0) >= 2
          && run.group(0) <= 5
          && run.group(1) >= 3) {
        return count;
      }
    }
    return 0;
  }

  /// Any number of a fitting length but a date.
  private static int spoken(Run run) {
    if (run.shaped(0, 4, 2, 2) || run.shaped(0, 2, 2, 4)) {
      return 0;
    }
    for (int count = run.count(); count > 0; count--) {
      if (run.length(count) >= 7 && run.length(count) <= 15) {
        return count;
      }
    }
    return 0;
  }

  /// Whether one of the words for a telephone stands just before.
  private static boolean said(Text text, int place) {
    for (int back = 1; back <= NEAR; back++) {
      char c = text.at(place - back);
      if (Text.digit(c) || c == Text.NONE || c == '\n') {
        return false;
      }
      if (TELEPHONES_HAN.contains("" + text.at(place - back - 1) + c)
          || (Text.letter(c) && telephone(text, place - back))) {
        return true;
      }
    }
    return false;
  }

  private static boolean telephone(Text text, int place) {
    return !Text.letter(text.at(place - 1))
        && Stream.concat(TELEPHONES.stream(), CALLING.stream())
            .anyMatch(
                word -> text.goesOn(place, word) && !Text.letter(text.at(place + word.length())));
  }

  /// Whether it goes on a longer number, as in 12-345.
  static boolean after(Text text, int place) {
    char before = text.at(place - 1);
    return (before == '-' || before == '.' || before == '/') && text.digitAt(place - 2);
  }

  static boolean ends(Text text, int end) {
    char next = text.at(end);
    return !text.wordAt(end)
        && !((next == '-' || next == '/') && text.digitAt(end + 1))
        && !fraction(text, end);
  }

  private static boolean fraction(Text text, int end) {
    return text.at(end) == '.' && text.digitAt(end + 1);
  }
}

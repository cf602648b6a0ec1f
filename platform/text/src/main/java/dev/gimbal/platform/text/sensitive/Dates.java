package dev.gimbal.platform.text.sensitive;

/// Dates as people write them.
final class Dates {
  private Dates() {}

  /// Behind a date in digits that begins at a place: `1990-01-31`, `31/1/90`, `1990年1月31日`,
  /// `31 January 1990`; 0 if there is none.
  static int numeric(Text text, int place) {
    int first = digits(text, place, 4);
    int day = day(text, first);
    if (first - place <= 2 && first > place && text.at(day) == ' ') {
      return dayFirst(text, day + 1);
    }
    char apart = text.at(first);
    if (first == place || "-/.年".indexOf(apart) < 0) {
      return 0;
    }
    int second = digits(text, first + 1, 2);
    char again = apart == '年' ? '月' : apart;
    if (second == first + 1 || text.at(second) != again) {
      return 0;
    }
    int third = digits(text, second + 1, first - place == 4 ? 2 : 4);
    if (third == second + 1 || text.digitAt(third)) {
      return 0;
    }
    return text.at(third) == '日' ? third + 1 : third;
  }

  /// Behind a day and a year that follow the name of a month; 0 if they do not.
  static int named(Text text, int month) {
    int from = text.at(month) == '.' ? month + 1 : month;
    int day = digits(text, from + 1, 2);
    if (text.at(from) != ' ' || day == from + 1) {
      return 0;
    }
    int behind = day(text, day);
    int year = text.at(behind) == ',' ? behind + 2 : behind + 1;
    int end = digits(text, year, 4);
    return end == year + 4 ? end : 0;
  }

  private static int dayFirst(Text text, int month) {
    int end = month;
    long hash = WordSet.begin();
    while (end - month < 10 && Text.letter(text.at(end))) {
      hash = WordSet.next(hash, text.at(end++));
    }
    if (end == month || !Names.MONTHS.has(hash)) {
      return 0;
    }
    int year = text.at(end) == ',' ? end + 2 : end + 1;
    int behind = digits(text, year, 4);
    return behind == year + 4 ? behind : 0;
  }

  /// Behind `st`, `nd`, `rd`, `th`.
  private static int day(Text text, int place) {
    boolean ordinal =
        text.goesOn(place, "st")
            || text.goesOn(place, "nd")
            || text.goesOn(place, "rd")
            || text.goesOn(place, "th");
    return ordinal ? place + 2 : place;
  }

  private static int digits(Text text, int place, int most) {
    int end = place;
    while (end - place < most && text.digitAt(end)) {
      end++;
    }
    return end;
  }
}

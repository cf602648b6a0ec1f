package dev.gimbal.platform.text.sensitive;

import org.jspecify.annotations.Nullable;

/// Plates of vehicles in China (GA 36): a province, a letter, five characters, or six of a vehicle
/// of new energy, one of which says its kind.
final class Plates {
  private static final String PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领";
  private static final String LAST = "挂学警港澳";

  private Plates() {}

  static @Nullable Match at(Text text, int place) {
    char letter = text.at(place + 1);
    if (!Text.capital(letter) || PROVINCES.indexOf(text.at(place)) < 0) {
      return null;
    }
    int from = place + 2;
    char gap = text.at(from);
    if (gap == '·' || gap == ' ' || gap == '.' || gap == '-' || gap == '•') {
      from++;
    }
    int end = from;
    int digits = 0;
    while (end - from < 7 && inPlate(text.at(end))) {
      digits += text.digitAt(end++) ? 1 : 0;
    }
    if (end - from == 4 && LAST.indexOf(text.at(end)) >= 0) {
      end++;
    }
    boolean energy = end - from == 6 && (kind(text.at(from)) || kind(text.at(end - 1)));
    return digits >= 2 && (end - from == 5 || energy) && !text.wordAt(end)
        ? Match.of(place, end, Entity.CN_VEHICLE_PLATE)
        : null;
  }

  /// D to K but I, of electric and other vehicles of new energy.
  private static boolean kind(char c) {
    return c >= 'A' && c <= 'K' && c != 'I';
  }

  private static boolean inPlate(char c) {
    return Text.digit(c) || (Text.capital(c) && c != 'I' && c != 'O');
  }
}

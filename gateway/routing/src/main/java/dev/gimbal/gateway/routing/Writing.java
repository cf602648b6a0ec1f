package dev.gimbal.gateway.routing;

import java.util.EnumMap;
import java.util.Map;

/// The writing that most of a text stands in: a cheap stand-in for its language, good enough to
/// send
/// Chinese to a model that is good at it. Latin letters stand for many languages.
public enum Writing {
  ZH,
  JA,
  KO,
  LATIN,
  CYRILLIC,
  ARABIC,
  DEVANAGARI,
  /// Any other writing, or no letters at all.
  OTHER;

  /// Letters that decide; what comes behind them changes nothing.
  private static final int ENOUGH = 400;

  /// Han characters weigh more than letters: one of them is about a syllable or a short word.
  private static final int WEIGHT_OF_HAN = 3;

  /// The writing of a text. Kana make it Japanese however many Han characters there are.
  public static Writing of(String text) {
    Map<Writing, Integer> counts = new EnumMap<>(Writing.class);
    int letters = 0;
    for (int i = 0; i < text.length() && letters < ENOUGH; ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (Character.isLetter(point)) {
        letters++;
        Writing writing = ofLetter(point);
        boolean dense = writing == ZH || writing == JA;
        counts.merge(writing, dense ? WEIGHT_OF_HAN : 1, Integer::sum);
      }
    }
    if (counts.containsKey(JA)) {
      counts.merge(JA, counts.getOrDefault(ZH, 0), Integer::sum);
    }
    Writing most = OTHER;
    int best = counts.getOrDefault(OTHER, 0);
    for (Map.Entry<Writing, Integer> each : counts.entrySet()) {
      if (each.getValue() > best) {
        most = each.getKey();
        best = each.getValue();
      }
    }
    return most;
  }

  private static Writing ofLetter(int point) {
    if (point < 0x250) {
      return LATIN;
    }
    return switch (Character.UnicodeScript.of(point)) {
      case HAN, BOPOMOFO -> ZH;
      case HIRAGANA, KATAKANA -> JA;
      case HANGUL -> KO;
      case LATIN -> LATIN;
      case CYRILLIC -> CYRILLIC;
      case ARABIC -> ARABIC;
      case DEVANAGARI -> DEVANAGARI;
      default -> OTHER;
    };
  }
}

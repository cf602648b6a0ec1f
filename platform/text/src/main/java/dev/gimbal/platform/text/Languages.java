package dev.gimbal.platform.text;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Says in which language a passage is written, by its scripts and, among Latin ones, by its
/// function words. A guess that is right for passages and cheap; short Latin texts are taken for
/// English. Pure.
public final class Languages {

  /// English: also what a text without letters is taken for.
  public static final String ENGLISH = "en";

  /// Chinese, simplified or traditional.
  public static final String CHINESE = "zh";

  /// A language other than English is believed when at least this many of its function words stand
  /// in the text, and clearly more than English ones: names and quotations bring single ones.
  private static final int CONVINCING = 3;

  private static final Map<String, Set<String>> FUNCTION_WORDS =
      Map.of(
          "en",
          Set.of("the", "and", "of", "to", "is", "that", "for", "with", "are", "this", "on", "be"),
          "de",
          Set.of("der", "die", "und", "das", "ist", "nicht", "mit", "ein", "eine", "auf", "zu"),
          "fr",
          Set.of("le", "la", "les", "et", "des", "est", "une", "dans", "pour", "que", "qui", "du"),
          "es",
          Set.of("el", "los", "las", "y", "una", "para", "por", "con", "que", "es", "del", "se"),
          "it",
          Set.of("il", "che", "di", "gli", "della", "sono", "per", "una", "con", "è", "nel", "del"),
          "pt",
          Set.of("o", "os", "uma", "para", "com", "não", "que", "do", "da", "em", "dos", "são"),
          "nl",
          Set.of("het", "een", "van", "en", "niet", "dat", "zijn", "op", "te", "voor", "met"));

  private Languages() {}

  /// The language as in ISO 639-1: `zh` as soon as Chinese characters are as many as words of other
  /// scripts, `ja` and `ko` likewise, else the language of the most frequent script.
  public static String of(String text) {
    Counts counts = new Counts();
    counts.count(text);
    if (counts.kana > 0
        && counts.kana * 5 >= counts.han
        && counts.han + counts.kana > counts.words) {
      return "ja";
    }
    if (counts.hangul > counts.words && counts.hangul > counts.han) {
      return "ko";
    }
    if (counts.han > 0 && counts.han >= counts.words) {
      return CHINESE;
    }
    String other = counts.frequentOther();
    return other.isEmpty() ? ofLatin(text) : other;
  }

  private static String ofLatin(String text) {
    Map<String, Integer> hits = new HashMap<>();
    for (String word : wordsOf(text)) {
      FUNCTION_WORDS.forEach(
          (language, words) -> {
            if (words.contains(word)) {
              hits.merge(language, 1, Integer::sum);
            }
          });
    }
    int english = hits.getOrDefault(ENGLISH, 0);
    return hits.entrySet().stream()
        .filter(hit -> hit.getValue() >= CONVINCING && hit.getValue() > 2 * english)
        .max(
            Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(ENGLISH);
  }

  private static List<String> wordsOf(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
  }

  /// Characters of scripts without spaces, and words of the others.
  private static final class Counts {
    private int han;
    private int kana;
    private int hangul;
    private int words;
    private int latin;
    private final Map<String, Integer> others = new HashMap<>();

    private void count(String text) {
      boolean inWord = false;
      for (int at = 0; at < text.length(); ) {
        int codePoint = text.codePointAt(at);
        at += Character.charCount(codePoint);
        if (!Character.isLetter(codePoint)) {
          inWord = false;
          continue;
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(codePoint);
        switch (script) {
          case HAN -> han++;
          case HIRAGANA, KATAKANA -> kana++;
          case HANGUL -> hangul++;
          default -> {
            if (!inWord) {
              words++;
              word(script);
            }
            inWord = true;
            continue;
          }
        }
        inWord = false;
      }
    }

    private void word(Character.UnicodeScript script) {
      switch (script) {
        case CYRILLIC -> others.merge("ru", 1, Integer::sum);
        case ARABIC -> others.merge("ar", 1, Integer::sum);
        case HEBREW -> others.merge("he", 1, Integer::sum);
        case GREEK -> others.merge("el", 1, Integer::sum);
        case THAI -> others.merge("th", 1, Integer::sum);
        case DEVANAGARI -> others.merge("hi", 1, Integer::sum);
        default -> latin++;
      }
    }

    private String frequentOther() {
      return others.entrySet().stream()
          .filter(other -> other.getValue() > latin)
          .max(Map.Entry.comparingByValue())
          .map(Map.Entry::getKey)
          .orElse("");
    }
  }
}

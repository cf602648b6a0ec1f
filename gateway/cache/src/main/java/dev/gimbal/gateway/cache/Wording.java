package dev.gimbal.gateway.cache;

import dev.gimbal.platform.text.Tokens;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What of a question must be the same in another one that asks the same. Pure.
final class Wording {
  private static final Pattern WORD = Pattern.compile("[a-z]+");
  private static final Pattern TOKEN =
      Pattern.compile("[\\p{IsLatin}\\p{N}][\\p{IsLatin}\\p{N}_.@/+#&'-]*");
  private static final Pattern QUOTED = Pattern.compile("[\"“「『《]([^\"”」』》]{1,80})[\"”」』》]");
  private static final Pattern A_NOT_A = Pattern.compile("是不是|能不能|会不会|要不要|可不可以|有没有|好不好|是否|能否|可否");
  private static final Pattern ISO_DATE =
      Pattern.compile("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)");
  private static final Pattern CHINESE_MONTH = Pattern.compile("(?<!\\d)(1[0-2]|0?[1-9])月");
  private static final Pattern MAY =
      Pattern.compile("\\bMay\\s+\\d|\\d\\s+May\\b|\\b(?:in|by|since|until|last|next) May\\b");
  private static final Pattern HALF_DAY = Pattern.compile("\\d\\s?([ap])\\.?m\\b");
  private static final Pattern SIGN = Pattern.compile("[$€£¥%]");
  private static final Map<String, String> SIGNS =
      Map.of("$", "usd", "€", "eur", "£", "gbp", "¥", "cny", "%", "percent");
  private static final String[] MONTHS = {
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december"
  };

  final List<String> numbers = new ArrayList<>();
  final Set<String> times = new TreeSet<>();
  final Set<String> units = new TreeSet<>();
  final Set<String> comparisons = new TreeSet<>();
  final Set<String> kinds = new TreeSet<>();
  final Set<String> poles = new TreeSet<>();
  final List<String> names = new ArrayList<>();
  final Set<String> places = new TreeSet<>();
  final Set<String> tokens = new HashSet<>();
  final List<String> content = new ArrayList<>();
  final Map<String, Set<String>> directions = new HashMap<>();
  int negations;

  /// The Chinese characters that carry meaning, in order.
  final String ideographs;

  Wording(String original) {
    String text = Tokens.fold(original).replace('\u2019', '\'').replace("can't", "can not");
    text = text.replace("won't", "will not").replaceAll("n't\\b", " not");
    text = text.replaceAll("'s\\b", "").replace("u.s.", "usa");
    text = ISO_DATE.matcher(text).replaceAll(Wording::dated);
    text = chineseClasses(text);
    text = Numbers.withDigits(text);
    text = CHINESE_MONTH.matcher(text).replaceAll(Wording::month);
    HALF_DAY.matcher(text).results().forEach(half -> times.add(half.group(1) + "m"));
    SIGN.matcher(text).results().forEach(sign -> units.add(SIGNS.get(sign.group())));
    List<String> words = WORD.matcher(text).results().map(MatchResult::group).toList();
    words(phrases(" " + String.join(" ", words) + " "));
    if (MAY.matcher(original).find()) {
      times.add("may");
    }
    numbers.addAll(Numbers.of(text, words));
    numbers.sort(null);
    names(Normalizer.normalize(original, Normalizer.Form.NFKC));
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .filter(c -> Tokens.ideographic(c) && Words.CHINESE_EMPTY.indexOf(c) < 0)
        .forEach(kept::appendCodePoint);
    ideographs = kept.toString();
  }

  private static String dated(MatchResult date) {
    int month = Integer.parseInt(date.group(2));
    String name = month >= 1 && month <= 12 ? MONTHS[month - 1] : date.group(2);
    return " " + date.group(1) + " " + name + " " + date.group(3) + " ";
  }

  private static String month(MatchResult found) {
    return " " + MONTHS[Integer.parseInt(found.group(1)) - 1] + " ";
  }

  /// Takes out of a text what must not be read as numbers, and counts what denies.
  private String chineseClasses(String text) {
    if (text.codePoints().noneMatch(Tokens::ideographic)) {
      return text;
    }
    String rest = text;
    for (Map.Entry<String, String> time : Words.TIMES.entrySet()) {
      if (time.getKey().charAt(0) > 0x2E80 && rest.contains(time.getKey())) {
        times.add(time.getValue());
        rest = rest.replace(time.getKey(), " ");
      }
    }
    for (Map.Entry<String, String> phrase : Words.QUESTION_PHRASES.entrySet()) {
      if (phrase.getKey().charAt(0) > 0x2E80 && rest.contains(phrase.getKey())) {
        kinds.add(phrase.getValue());
        rest = rest.replace(phrase.getKey(), " ");
      }
    }
    add(rest, Words.CHINESE_COMPARISONS, comparisons);
    add(rest, Words.CHINESE_POLES, poles);
    rest = A_NOT_A.matcher(rest).replaceAll(" ");
    String denying = rest;
    for (String neutral : Words.CHINESE_NOT_NEGATING) {
      denying = denying.replace(neutral, " ");
    }
    negations += (int) denying.codePoints().filter(Words.CHINESE_NEGATIONS::contains).count();
    for (Map.Entry<String, String> unit : Words.UNITS.entrySet()) {
      if (unit.getKey().charAt(0) > 0x2E80 && afterNumber(rest, unit.getKey())) {
        units.add(unit.getValue());
      }
    }
    for (String place : Words.PLACES) {
      if (place.charAt(0) > 0x2E80 && place.length() > 1 && rest.contains(place)) {
        places.add(place);
      }
    }
    return rest;
  }

  private static boolean afterNumber(String text, String unit) {
    for (int at = text.indexOf(unit); at >= 0; at = text.indexOf(unit, at + 1)) {
      if (unit.equals("百分之")
          || (at > 0 && "0123456789零一二两三四五六七八九十百千万亿 ".indexOf(text.charAt(at - 1)) >= 0)) {
        return true;
      }
    }
    return false;
  }

  private static void add(String text, Map<String, String> classes, Set<String> found) {
    classes.forEach(
        (word, meaning) -> {
          if (text.contains(word)) {
            found.add(meaning);
          }
        });
  }

  private List<String> phrases(String text) {
    String rest = text;
    for (Map.Entry<String, String> phrase : Words.QUESTION_PHRASES.entrySet()) {
      if (phrase.getKey().charAt(0) < 0x2E80 && rest.contains(" " + phrase.getKey() + " ")) {
        kinds.add(phrase.getValue());
        rest = rest.replace(" " + phrase.getKey() + " ", " ");
      }
    }
    String padded = rest;
    Words.PLACES.stream()
        .filter(place -> place.charAt(0) < 0x2E80 && padded.contains(" " + place + " "))
        .forEach(places::add);
    return List.of(rest.strip().split(" +"));
  }

  private void words(List<String> words) {
    String direction = "";
    for (String word : words) {
      tokens.add(word);
      tokens.add(stem(word));
      negations += Words.NEGATIONS.contains(word) ? 1 : 0;
      put(Words.TIMES, word, times);
      put(Words.UNITS, word, units);
      put(Words.COMPARISONS, word, comparisons);
      put(Words.POLES, word, poles);
      put(Words.QUESTIONS, word, kinds);
      if (Words.DIRECTIONS.contains(word)) {
        direction = word;
      } else if (!Words.EMPTY.contains(word) && !comparedElsewhere(word)) {
        content.add(stem(word));
        if (!direction.isEmpty()) {
          directions.computeIfAbsent(direction, d -> new TreeSet<>()).add(stem(word));
          direction = "";
        }
      }
    }
  }

  /// Whether a word is compared by its meaning and not as a word.
  private static boolean comparedElsewhere(String word) {
    return word.isEmpty()
        || Words.UNITS.containsKey(word)
        || Words.TIMES.containsKey(word)
        || Words.COMPARISONS.containsKey(word)
        || Words.NEGATIONS.contains(word)
        || Numbers.spells(word);
  }

  private static void put(Map<String, String> classes, String word, Set<String> found) {
    String meaning = classes.get(word);
    if (meaning != null) {
      found.add(meaning);
    }
  }

  /// A word without its commonest endings: good enough to tell one word from another.
  static String stem(String word) {
    if (word.length() > 5 && word.endsWith("ing")) {
      return word.substring(0, word.length() - 3);
    }
    if (word.length() > 4 && (word.endsWith("ed") || word.endsWith("es"))) {
      return word.substring(0, word.length() - 2);
    }
    boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
    String stem = plural ? word.substring(0, word.length() - 1) : word;
    return stem.length() > 4 && stem.endsWith("e") ? stem.substring(0, stem.length() - 1) : stem;
  }

  /// Words that are written as names: in a Chinese text every Latin one.
  private void names(String text) {
    boolean chinese = text.codePoints().anyMatch(Tokens::ideographic);
    List<MatchResult> found = TOKEN.matcher(text).results().toList();
    long capital = found.stream().filter(t -> Character.isUpperCase(t.group().charAt(0))).count();
    boolean titled = found.size() > 3 && capital * 10 > found.size() * 8L;
    for (MatchResult token : found) {
      String word = token.group().replaceAll("[.'/-]+$|'s$", "");
      if (word.isEmpty() || word.chars().allMatch(c -> !Character.isLetter(c))) {
        continue;
      }
      boolean written = chinese || (!titled && isName(word, starts(text, token.start())));
      String folded = word.toLowerCase(Locale.ROOT);
      if (written && !Words.EMPTY.contains(folded) && !Words.TIMES.containsKey(folded)) {
        names.add(folded);
      }
    }
    QUOTED.matcher(text).results().forEach(q -> names.add(q.group(1).toLowerCase(Locale.ROOT)));
  }

  private static boolean isName(String word, boolean starts) {
    boolean mixed =
        word.chars().anyMatch(Character::isDigit) || word.indexOf('_') > 0 || word.indexOf('@') > 0;
    boolean inside = word.chars().skip(1).anyMatch(Character::isUpperCase);
    boolean letter = word.length() == 1;
    return (mixed && word.matches(".*\\p{L}{2}.*"))
        || inside
        || (!starts && !letter && Character.isUpperCase(word.charAt(0)));
  }

  private static boolean starts(String text, int at) {
    int before = at - 1;
    while (before >= 0 && " \t\"'(“".indexOf(text.charAt(before)) >= 0) {
      before--;
    }
    return before < 0 || ".?!:;\n-".indexOf(text.charAt(before)) >= 0;
  }

  /// Whether a name of another question stands here, in whatever case.
  boolean says(String name, String folded) {
    return tokens.contains(name) || tokens.contains(stem(name)) || folded.contains(name);
  }
}

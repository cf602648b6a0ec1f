package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Tokens;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The numbers that a text says, in one writing: `1,000` and `一千` are `1000`, `sixteen` is `16`.
/// Pure.
final class Numbers {
  private static final Pattern DIGITS = Pattern.compile("\\d+(?:,\\d{3})*(?:\\.\\d+)?");
  private static final Pattern WORD = Pattern.compile("[a-z]+(?:-[a-z]+)?");
  private static final Pattern CHINESE = Pattern.compile("[零〇一二两三四五六七八九十百千万亿]+");
  // 一 and 万 begin and end many words that count nothing.
  private static final Pattern COUNTING =
      Pattern.compile(
          "[零〇一二两三四五六七八九十百千万亿]*[十百千万亿][零〇一二两三四五六七八九十百千万亿]*"
              + "|[零〇一二三四五六七八九]{2,}|[二两三四五六七八九](?=[天日周月年名位次倍岁条元项章级])");
  private static final String NUMERALS = "零一二三四五六七八九";
  private static final List<String> UNITS =
      List.of(
          "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
              .concat(" fifteen sixteen seventeen eighteen nineteen")
              .split(" "));
  private static final Map<String, Integer> TENS =
      Map.of(
          "twenty", 20, "thirty", 30, "forty", 40, "fifty", 50, "sixty", 60, "seventy", 70,
          "eighty", 80, "ninety", 90);

  private Numbers() {}

  /// Those that a text surely means as numbers; `one` and `一` are more often something else.
  static Set<String> said(String text) {
    return of(text, COUNTING, 2);
  }

  /// Everything that may be read as a number.
  static Set<String> held(String text) {
    Set<String> numbers = of(text, COUNTING, 0);
    numbers.addAll(of(text, CHINESE, 0));
    return numbers;
  }

  private static Set<String> of(String text, Pattern chinese, int least) {
    String folded = Tokens.fold(text).toLowerCase(Locale.ROOT);
    Set<String> numbers = new LinkedHashSet<>();
    Matcher digits = DIGITS.matcher(folded);
    while (digits.find()) {
      numbers.add(plain(digits.group().replace(",", "")));
    }
    Matcher word = WORD.matcher(folded);
    while (word.find()) {
      int value = value(word.group());
      if (value >= least) {
        numbers.add(Integer.toString(value));
      }
    }
    Matcher numerals = chinese.matcher(folded);
    while (numerals.find()) {
      numbers.add(Long.toString(chinese(numerals.group())));
    }
    return numbers;
  }

  /// Without zeros that say nothing.
  private static String plain(String digits) {
    String bare = digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits;
    String cut = bare.replaceAll("^0+(?=\\d)", "");
    return cut.isEmpty() ? "0" : cut;
  }

  /// Of `sixteen` or `twenty-one`; -1 if it is no number.
  private static int value(String word) {
    int dash = word.indexOf('-');
    if (dash > 0) {
      Integer tens = TENS.get(word.substring(0, dash));
      int unit = UNITS.indexOf(word.substring(dash + 1));
      return tens == null || unit < 1 || unit > 9 ? -1 : tens + unit;
    }
    return TENS.getOrDefault(word, UNITS.indexOf(word));
  }

  private static long chinese(String numerals) {
    String text = numerals.replace('〇', '零').replace('两', '二');
    if (text.chars().allMatch(c -> NUMERALS.indexOf(c) >= 0)) {
      long value = 0;
      for (int at = 0; at < Math.min(18, text.length()); at++) {
        value = value * 10 + NUMERALS.indexOf(text.charAt(at));
      }
      return value;
    }
    long total = 0;
    long section = 0;
    long digit = 0;
    for (int at = 0; at < text.length(); at++) {
      char one = text.charAt(at);
      int numeral = NUMERALS.indexOf(one);
      if (numeral >= 0) {
        digit = numeral;
      } else if (one == '万' || one == '亿') {
        total = (total + Math.max(1, section + digit)) * (one == '万' ? 10_000L : 100_000_000L);
        section = 0;
        digit = 0;
      } else {
        section += Math.max(1, digit) * (one == '十' ? 10 : one == '百' ? 100 : 1_000);
        digit = 0;
      }
    }
    return total + section + digit;
  }
}

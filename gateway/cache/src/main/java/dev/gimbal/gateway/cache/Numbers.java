package dev.gimbal.gateway.cache;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers of a folded text, however they are written: digits with separators, English and Chinese
/// number words. Pure.
final class Numbers {
  private static final Pattern DIGITS =
      Pattern.compile("(\\d+(?:[.,:]\\d+)*)\\s?(万|亿|千|百|k\\b|million\\b|billion\\b|thousand\\b)?");
  private static final Pattern THOUSANDS = Pattern.compile("\\d{1,3}(,\\d{3})+(\\.\\d+)?");
  private static final Pattern CHINESE = Pattern.compile("[零〇一二两三四五六七八九十百千万亿]+");
  private static final Pattern NO_NUMBERS =
      Pattern.compile(
          "一下|一般|一起|一样|一个|一些|一直|一定|统一|万一|千万别|十分|一种|一点|唯一|一旦|一切|一致"
              + "|一边|一半|百分之|第一|一张|一家|一名|一位|一条|一项|一份|一次性");

  private static final Map<String, Integer> SMALL =
      Map.ofEntries(
          Map.entry("zero", 0),
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10),
          Map.entry("eleven", 11),
          Map.entry("twelve", 12),
          Map.entry("dozen", 12),
          Map.entry("thirteen", 13),
          Map.entry("fourteen", 14),
          Map.entry("fifteen", 15),
          Map.entry("sixteen", 16),
          Map.entry("seventeen", 17),
          Map.entry("eighteen", 18),
          Map.entry("nineteen", 19),
          Map.entry("twenty", 20),
          Map.entry("thirty", 30),
          Map.entry("forty", 40),
          Map.entry("fifty", 50),
          Map.entry("sixty", 60),
          Map.entry("seventy", 70),
          Map.entry("eighty", 80),
          Map.entry("ninety", 90),
          Map.entry("second", 2),
          Map.entry("third", 3),
          Map.entry("fourth", 4),
          Map.entry("fifth", 5),
          Map.entry("tenth", 10),
          Map.entry("twice", 2));

  private static final Map<String, Long> LARGE =
      Map.of("hundred", 100L, "thousand", 1_000L, "million", 1_000_000L, "billion", 1_000_000_000L);

  private Numbers() {}

  /// Whether a word says a number.
  static boolean spells(String word) {
    return SMALL.containsKey(word) || LARGE.containsKey(word);
  }

  /// A folded text with Chinese numbers written in digits.
  static String withDigits(String text) {
    String plain = NO_NUMBERS.matcher(text).replaceAll(" ");
    return CHINESE.matcher(plain).replaceAll(Numbers::digits);
  }

  private static String digits(MatchResult found) {
    String text = found.group();
    Long number = chinese(text);
    return number == null || text.equals("一") ? text : Long.toString(number);
  }

  /// As in 三百二十五万; a row of digits as in 二〇二四 is read one by one.
  private static @Nullable Long chinese(String text) {
    long whole = 0;
    long section = 0;
    long digit = -1;
    boolean scaled = false;
    StringBuilder row = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      int value = "零一二三四五六七八九".indexOf(c == '〇' ? '零' : c == '两' ? '二' : c);
      int scale = "十百千万亿".indexOf(c);
      if (value >= 0) {
        row.append(value);
        digit = value;
      } else if (scale < 3) {
        long unit = scale == 0 ? 10 : scale == 1 ? 100 : 1_000;
        section += (digit < 0 ? 1 : digit) * unit;
        digit = 0;
        scaled = true;
      } else {
        long unit = scale == 3 ? 10_000 : 100_000_000;
        long part = section + Math.max(digit, 0);
        if (!scaled && digit < 0) {
          return null;
        }
        whole = (whole + part) * unit;
        section = 0;
        digit = 0;
        scaled = true;
      }
    }
    boolean readable = row.length() < 18;
    return scaled
        ? Long.valueOf(whole + section + Math.max(digit, 0))
        : readable ? Long.valueOf(row.toString()) : null;
  }

  /// Every number of a text that [#withDigits] made, in its shortest form, in order.
  ///
  /// @param words the text's Latin words, in order
  static List<String> of(String text, List<String> words) {
    List<String> numbers = new ArrayList<>();
    for (MatchResult found : DIGITS.matcher(text).results().toList()) {
      numbers.add(number(found.group(1), found.group(2)));
    }
    spelled(words, numbers);
    return numbers;
  }

  private static String number(String digits, @Nullable String scale) {
    if (digits.contains(":")) {
      return digits;
    }
    String plain = THOUSANDS.matcher(digits).matches() ? digits.replace(",", "") : digits;
    if (plain.indexOf('.') != plain.lastIndexOf('.')
        || plain.contains(",")
        || plain.length() > 30) {
      return plain;
    }
    BigDecimal times = BigDecimal.valueOf(scale(scale));
    BigDecimal number = new BigDecimal(plain).multiply(times);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static long scale(@Nullable String word) {
    if (word == null) {
      return 1;
    }
    return switch (word) {
      case "百" -> 100;
      case "k", "千" -> 1_000;
      case "万" -> 10_000;
      case "亿" -> 100_000_000;
      default -> LARGE.getOrDefault(word, 1L);
    };
  }

  private static void spelled(List<String> words, List<String> numbers) {
    long whole = 0;
    long section = -1;
    for (int at = 0; at <= words.size(); at++) {
      String word = at < words.size() ? words.get(at) : "";
      Integer small = SMALL.get(word);
      Long large = LARGE.get(word);
      boolean one =
          word.equals("one") && at + 1 < words.size() && LARGE.containsKey(words.get(at + 1));
      if (small != null || one) {
        section = Math.max(section, 0) + (small == null ? 1 : small);
      } else if (large != null && section >= 0) {
        long scaled = section * large;
        whole += large == 100 ? 0 : scaled;
        section = large == 100 ? scaled : 0;
      } else if (section >= 0) {
        numbers.add(Long.toString(whole + section));
        whole = 0;
        section = -1;
      }
    }
  }
}

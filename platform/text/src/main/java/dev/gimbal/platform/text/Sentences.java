package dev.gimbal.platform.text;

import java.util.ArrayList;
import java.util.List;

/// Cuts a text into sentences, English and Chinese alike. Pure.
public final class Sentences {

  /// Words before whose full stop a sentence does not end.
  private static final List<String> ABBREVIATIONS =
      List.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "cf", "al", "fig", "no",
          "approx", "inc", "ltd", "jr", "sr", "eq", "vol", "pp", "dept", "est");

  private Sentences() {}

  /// A sentence as indexes into the string, without white space around it.
  public record Range(int start, int end) {}

  /// The sentences in order. They end behind `.!?` with white space after it, behind `。！？；`,
  /// and at line breaks. Together they hold every character but white space.
  public static List<Range> of(String text) {
    List<Range> ranges = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      if (ends(text, at)) {
        int end = at + 1;
        while (end < text.length() && closes(text.charAt(end))) {
          end++;
        }
        add(text, start, end, ranges);
        start = end;
        at = end - 1;
      }
    }
    add(text, start, text.length(), ranges);
    return ranges;
  }

  private static boolean ends(String text, int at) {
    return switch (text.charAt(at)) {
      case '\n', '。', '！', '？', '；', '…' -> true;
      case '!', '?' -> spaceBehind(text, at);
      case '.' -> spaceBehind(text, at) && !abbreviated(text, at);
      default -> false;
    };
  }

  private static boolean spaceBehind(String text, int at) {
    int behind = at + 1;
    while (behind < text.length() && closes(text.charAt(behind))) {
      behind++;
    }
    return behind == text.length() || Character.isWhitespace(text.charAt(behind));
  }

  private static boolean closes(char character) {
    return switch (character) {
      case '"', '\'', ')', ']', '*', '_', '”', '’', '」', '』', '）', '】', '》' -> true;
      default -> false;
    };
  }

  private static boolean abbreviated(String text, int at) {
    int start = at;
    while (start > 0
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    String word = text.substring(start, at).toLowerCase(java.util.Locale.ROOT);
    boolean initial = word.length() == 1 && Character.isUpperCase(text.charAt(start));
    return initial || ABBREVIATIONS.contains(word);
  }

  private static void add(String text, int start, int end, List<Range> ranges) {
    int from = start;
    int to = end;
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    if (from < to) {
      ranges.add(new Range(from, to));
    }
  }
}

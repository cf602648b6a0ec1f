package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.platform.text.Languages;
import java.util.ArrayList;
import java.util.List;

/// Says in the question's language that the documents do not answer, what was looked for, what of
/// it was not found, and where the nearest passages stand.
final class Refusal {
  private static final int MOST_PHRASES = 8;
  private static final int LONGEST_NAME = 80;

  private Refusal() {}

  /// @param wanted phrases of the question
  /// @param missing those of them that no passage near the top holds
  /// @param nearest places, in the order of their markers
  static String text(
      String question, List<String> wanted, List<String> missing, List<Quotes.Quote> nearest) {
    boolean chinese = Languages.of(question).equals(Languages.CHINESE);
    StringBuilder text =
        new StringBuilder(
            chinese
                ? "这些文档不足以回答这个问题。"
                : "The documents do not support an answer to this question.");
    part(text, wanted, chinese, "查找的内容：", "Looked for: ");
    part(text, missing, chinese, "没有找到：", "Not found near the best passages: ");
    List<String> places = new ArrayList<>();
    for (Quotes.Quote near : nearest) {
      places.add(place(near, chinese) + " [" + (places.size() + 1) + "]");
    }
    part(text, places, chinese, "最接近的内容：", "Nearest: ");
    return text.toString();
  }

  private static void part(
      StringBuilder text, List<String> items, boolean chinese, String zh, String en) {
    if (!items.isEmpty()) {
      List<String> shown = items.stream().limit(MOST_PHRASES).toList();
      text.append(chinese ? zh : " " + en)
          .append(String.join(chinese ? "、" : ", ", shown))
          .append(chinese ? "。" : ".");
    }
  }

  private static String place(Quotes.Quote near, boolean chinese) {
    Locator locator = near.passage().chunk().locator();
    String title = near.passage().row().title();
    String section = locator.section();
    StringBuilder name = new StringBuilder(chinese ? "《" + title + "》" : "“" + title + "”");
    if (section != null && !section.isBlank()) {
      int last = section.lastIndexOf(" > ");
      name.append(chinese ? "" : " ").append(last < 0 ? section : section.substring(last + 3));
    }
    if (locator.page() != null) {
      name.append(chinese ? "第" + locator.page() + "页" : " page " + locator.page());
    }
    String line = name.toString().replaceAll("[\\[\\]\\s]+", " ").strip();
    return line.codePointCount(0, line.length()) <= LONGEST_NAME
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_NAME)) + "…";
  }
}

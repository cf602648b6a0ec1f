package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Languages;
import java.util.List;

/// Says in the question's language that the documents do not answer, and what was looked for.
final class Refusal {
  private static final int MOST_TERMS = 8;

  private Refusal() {}

  static String text(String question, List<String> missing, boolean near) {
    boolean chinese = Languages.of(question).equals(Languages.CHINESE);
    List<String> terms = missing.stream().limit(MOST_TERMS).toList();
    StringBuilder text =
        new StringBuilder(
            chinese
                ? "这些文档不足以回答这个问题。"
                : "The documents do not support an answer to this question.");
    if (!terms.isEmpty()) {
      text.append(
          chinese
              ? "没有找到：" + String.join("、", terms) + "。"
              : " Not found near the best passages: " + String.join(", ", terms) + ".");
    }
    if (near) {
      text.append(chinese ? "最接近的段落附在后面。" : " The nearest passages are listed.");
    }
    return text.toString();
  }
}

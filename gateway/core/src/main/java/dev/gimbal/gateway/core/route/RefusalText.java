package dev.gimbal.gateway.core.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Whether a model declined. A phrase counts only near the beginning of an answer: whoever quotes a
/// refusal further down has answered. Nobody has measured how often it errs.
final class RefusalText {
  /// Reasons to stop that mean a refusal, in any dialect.
  private static final Set<String> STOPS =
      Set.of(
          "refusal",
          "content_filter",
          "safety",
          "blocklist",
          "prohibited_content",
          "spii",
          "recitation");

  private static final int BEGINNING = 160;

  private static final List<Pattern> PHRASES =
      List.of(
          Pattern.compile(
              "\\b(i|we)( am|'m)? (really |very |so )?(can ?not|can't|won't|unable to|not able to)"
                  + " (help|assist|answer|provide|do|comply|fulfil|complete|create|generate|share"
                  + "|discuss|support|offer|give|respond)"),
          Pattern.compile("\\bi('m| am) (really |very |so )?sorry,? but\\b"),
          Pattern.compile("\\bas an ai( language)? model\\b"),
          Pattern.compile("\\bi (must|have to) (decline|refuse)\\b"),
          Pattern.compile("\\bi (don't|do not) (know|have (enough|access|the))\\b"),
          Pattern.compile("(抱歉|对不起|對不起|很遗憾|很遺憾)[^。]{0,12}(无法|無法|不能|不便)"),
          Pattern.compile("我(无法|無法|不能)(回答|提供|协助|協助|帮|幫|满足|滿足|完成)"),
          Pattern.compile("作为(一个|一款)?(ai|人工智能)"));

  private RefusalText() {}

  static boolean is(AnswerText answer) {
    if (answer.refused() || STOPS.contains(answer.stop().toLowerCase(Locale.ROOT))) {
      return true;
    }
    String text = answer.text().strip();
    if (text.isEmpty()) {
      return !answer.tools();
    }
    String beginning =
        text.substring(0, Math.min(BEGINNING, text.length()))
            .toLowerCase(Locale.ROOT)
            .replace('’', '\'');
    return PHRASES.stream().anyMatch(phrase -> phrase.matcher(beginning).find());
  }
}

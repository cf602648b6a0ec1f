package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Languages;
import dev.gimbal.release.api.Application;
import java.util.List;

/// What to look for when a question leans on the one before: without a model to rewrite it, the
/// earlier question says what "it" and "the next one" are about. Pure.
final class FollowUp {
  // A question with so many terms of its own mostly stands alone; Chinese words are fewer.
  private static final int STANDS_ALONE = 6;
  private static final int STANDS_ALONE_IN_CHINESE = 4;

  private FollowUp() {}

  /// The question, with the user's one before in front of it where it needs that.
  static String combined(String question, List<Application.Turn> earlier) {
    int enough =
        Languages.of(question).equals(Languages.CHINESE) ? STANDS_ALONE_IN_CHINESE : STANDS_ALONE;
    if (earlier.isEmpty() || Terms.of(question).size() >= enough) {
      return question;
    }
    return earlier.reversed().stream()
        .filter(turn -> turn.by() == Application.Turn.By.USER)
        .findFirst()
        .map(turn -> turn.text() + "\n" + question)
        .orElse(question);
  }
}

package dev.gimbal.knowledge.core.answers;

import dev.gimbal.release.api.Application;
import java.util.List;

/// What to look for when a question leans on the one before: without a model to rewrite it, the
/// earlier question says what "it" and "the next one" are about. Pure.
final class FollowUp {
  // A question with so many terms of its own mostly stands alone.
  private static final int STANDS_ALONE = 6;

  private FollowUp() {}

  /// The question, with the user's one before in front of it where it needs that.
  static String combined(String question, List<Application.Turn> earlier) {
    if (earlier.isEmpty() || Terms.of(question).size() >= STANDS_ALONE) {
      return question;
    }
    return earlier.reversed().stream()
        .filter(turn -> turn.by() == Application.Turn.By.USER)
        .findFirst()
        .map(turn -> turn.text() + "\n" + question)
        .orElse(question);
  }
}

package dev.gimbal.knowledge.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Hears an answer as it comes. May throw to stop the work: the caller went away.
public interface AnswerListener {

  /// Hears nothing: for callers that want the whole answer only.
  AnswerListener NONE =
      new AnswerListener() {
        @Override
        public void started(String trace, @Nullable UUID conversation) {}

        @Override
        public void text(String piece) {}
      };

  /// Before anything else.
  ///
  /// @param conversation null if none is kept
  void started(String trace, @Nullable UUID conversation);

  /// The next piece of the answer's text.
  void text(String piece);
}

package dev.gimbal.knowledge.core.search;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.platform.http.HttpException;
import java.nio.charset.StandardCharsets;

/// What questions are taken.
public final class Questions {
  private static final int MOST_BYTES = 8 << 10;

  private Questions() {}

  /// The question, fit to be searched and kept.
  ///
  /// @throws KnowledgeException [KnowledgeError#QUESTION_TOO_LONG]
  /// @throws HttpException if it is blank
  public static String checked(String field, String question) {
    if (question.length() > MOST_BYTES
        || question.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw new KnowledgeException(
          KnowledgeError.QUESTION_TOO_LONG, field, "is longer than 8,192 bytes");
    }
    if (question.isBlank()) {
      throw HttpException.invalid(field, "must hold a question, but is blank");
    }
    return Texts.storable(question).strip();
  }
}

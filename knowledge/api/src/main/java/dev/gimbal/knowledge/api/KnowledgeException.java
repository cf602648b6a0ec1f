package dev.gimbal.knowledge.api;

import dev.gimbal.platform.errors.GimbalException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A document or question could not be taken.
public final class KnowledgeException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message one sentence for the caller
  public KnowledgeException(KnowledgeError error, String message) {
    super(error, message);
  }

  /// @param cause logged, never shown
  public KnowledgeException(KnowledgeError error, String message, @Nullable Throwable cause) {
    super(error, message, cause);
  }

  /// @param field of the call that is wrong
  /// @param fault what is wrong with it, said after its name
  public KnowledgeException(KnowledgeError error, String field, String fault) {
    super(error, field + " " + fault, List.of(new FieldError(field, fault)), null, null);
  }
}

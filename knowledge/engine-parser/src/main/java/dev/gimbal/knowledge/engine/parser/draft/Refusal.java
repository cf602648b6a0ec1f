package dev.gimbal.knowledge.engine.parser.draft;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import org.jspecify.annotations.Nullable;

/// The reasons for which a file has no text.
public final class Refusal {
  private Refusal() {}

  /// Damaged.
  public static KnowledgeException unreadable(String what, @Nullable Throwable cause) {
    return new KnowledgeException(KnowledgeError.DOCUMENT_UNREADABLE, what, cause);
  }

  /// Of a format that is not read.
  public static KnowledgeException unsupported(String what) {
    return new KnowledgeException(KnowledgeError.FORMAT_UNSUPPORTED, what);
  }

  /// Unpacks or nests like a bomb.
  public static KnowledgeException suspicious(String what) {
    return new KnowledgeException(KnowledgeError.DOCUMENT_SUSPICIOUS, what);
  }

  /// Too much text or too many parts.
  public static KnowledgeException tooLong(String what) {
    return new KnowledgeException(KnowledgeError.DOCUMENT_TOO_LONG, what);
  }

  /// Needs a password.
  public static KnowledgeException encrypted() {
    return new KnowledgeException(
        KnowledgeError.DOCUMENT_ENCRYPTED, "the file needs a password to be opened");
  }
}

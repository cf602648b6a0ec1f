package dev.gimbal.platform.errors;

import java.util.Locale;

/// What can go wrong, as data. One enum a room implements it; its constants read `NOUN_REASON`. A
/// test holds the union of all rooms unique and prints `docs/ERRORS.md` from it.
public interface ErrorCode {

  /// The constant's name.
  String name();

  /// HTTP status that an answer with this code has.
  int status();

  /// Who has to act.
  Blame blame();

  /// Whether the same request may succeed later without a change.
  boolean retryable();

  /// One sentence for `docs/ERRORS.md`: when it happens.
  String meaning();

  /// The code as it stands in an answer: `document_unknown`.
  default String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The `type` of OpenAI's error shape for this code.
  default String dialectType() {
    return switch (status()) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      default -> status() < 500 ? "invalid_request_error" : "server_error";
    };
  }

  /// Who has to act on an error.
  enum Blame {
    /// The caller: the request is wrong.
    USER,
    /// Us: a defect.
    INTERNAL,
    /// The operator: something is full or missing.
    RESOURCE,
    /// Another system, a model vendor for instance.
    EXTERNAL
  }
}

package dev.gimbal.platform.errors;

import java.util.Locale;

/// What can go wrong, as data. One enum a room implements it; its constants read `NOUN_REASON`. A
/// test holds the union of all rooms unique and prints `docs/ERRORS.md` from it.
public interface ErrorCode {

  /// The constant's name.
  String name();

  /// What is known about it; never null.
  Facts facts();

  /// HTTP status that an answer with this code has.
  default int status() {
    return facts().status();
  }

  /// Who has to act.
  default Blame blame() {
    return facts().blame();
  }

  /// Whether the same request may succeed later without a change.
  default boolean retryable() {
    return facts().retryable();
  }

  /// One sentence for `docs/ERRORS.md`: when it happens.
  default String meaning() {
    return facts().meaning();
  }

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

  /// What an enum keeps of each of its constants.
  ///
  /// @param status HTTP status of an answer with this code
  /// @param blame who has to act
  /// @param retryable whether the same request may succeed later without a change
  /// @param meaning one sentence: when it happens
  record Facts(int status, Blame blame, boolean retryable, String meaning) {}

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

package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.Nullable;

/// An error, said in no dialect.
///
/// @param status of HTTP, 400 to 599
/// @param code as the provider or we said it: `context_length_exceeded`; null: none
/// @param field that is wrong; null: none
public record ModelError(
    int status, Kind kind, String message, @Nullable String code, @Nullable String field) {

  /// What kind of error, as every dialect has them.
  public enum Kind {
    INVALID_REQUEST,
    AUTHENTICATION,
    PERMISSION,
    NOT_FOUND,
    TOO_LARGE,
    RATE_LIMITED,
    OVERLOADED,
    TIMEOUT,
    SERVER;

    /// The kind that a status means where nothing else is known.
    public static Kind of(int status) {
      return switch (status) {
        case 401 -> AUTHENTICATION;
        case 402, 403 -> PERMISSION;
        case 404 -> NOT_FOUND;
        case 413 -> TOO_LARGE;
        case 429 -> RATE_LIMITED;
        case 503, 529 -> OVERLOADED;
        case 408, 504 -> TIMEOUT;
        default -> status >= 400 && status < 500 ? INVALID_REQUEST : SERVER;
      };
    }
  }
}

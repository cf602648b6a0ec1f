package dev.gimbal.platform.errors;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The caller cannot go on. Each room extends it once; what decides is the code, never the message.
/// The message is shown to the caller: it names the field and the limit and holds no secret.
public class GimbalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode errorCode;
  private final transient List<FieldError> fields;
  private final @Nullable Duration retryAfter;

  /// @param message one sentence for the caller
  public GimbalException(ErrorCode errorCode, String message) {
    this(errorCode, message, List.of(), null, null);
  }

  /// @param cause what led here; logged, never shown
  public GimbalException(ErrorCode errorCode, String message, @Nullable Throwable cause) {
    this(errorCode, message, List.of(), null, cause);
  }

  /// @param fields what is wrong, field by field
  /// @param retryAfter when a retry may help; null if unknown
  public GimbalException(
      ErrorCode errorCode,
      String message,
      List<FieldError> fields,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.errorCode = errorCode;
    this.fields = List.copyOf(fields);
    this.retryAfter = retryAfter;
  }

  /// What went wrong, as data.
  public ErrorCode errorCode() {
    return errorCode;
  }

  /// What is wrong field by field; often empty.
  public List<FieldError> fields() {
    return fields;
  }

  /// When a retry may help.
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /// One wrong field of a request.
  ///
  /// @param field its path, as in `targets[0].weight`
  /// @param message what it must be, and what it is
  public record FieldError(String field, String message) {}
}

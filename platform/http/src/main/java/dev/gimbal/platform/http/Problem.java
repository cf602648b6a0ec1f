package dev.gimbal.platform.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gimbal.platform.errors.ErrorCode;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.errors.GimbalException.FieldError;
import dev.gimbal.platform.json.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An error as RFC 9457 has it. `error` repeats it in OpenAI's shape for clients of a mount that
/// was not reached.
record Problem(
    String type,
    String title,
    int status,
    String detail,
    String code,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors,
    String requestId,
    @Nullable Dialect error) {
  static final String CONTENT_TYPE = "application/problem+json";

  /// OpenAI's shape of an error.
  record Dialect(String message, String type, String code) {}

  static Problem of(GimbalException exception, String requestId) {
    return of(exception.errorCode(), exception.getMessage(), exception.fields(), requestId);
  }

  static Problem of(ErrorCode code, @Nullable String detail, String requestId) {
    return of(code, detail, List.of(), requestId);
  }

  private static Problem of(
      ErrorCode code, @Nullable String detail, List<FieldError> fields, String requestId) {
    return new Problem(
        "urn:gimbal:error:" + code.code(),
        code.meaning(),
        code.status(),
        detail == null ? code.meaning() : detail,
        code.code(),
        fields,
        requestId,
        null);
  }

  /// The same with OpenAI's shape beside it.
  Problem inDialect(ErrorCode of) {
    Dialect dialect = new Dialect(detail, of.dialectType(), code);
    return new Problem(type, title, status, detail, code, errors, requestId, dialect);
  }

  byte[] bytes() {
    return Json.bytes(this);
  }

  /// When a client that may try again should do so.
  static @Nullable Duration retryAfter(GimbalException exception) {
    if (exception.retryAfter().isPresent()) {
      return exception.retryAfter().get();
    }
    boolean later = exception.errorCode().retryable() && exception.errorCode().status() >= 500;
    return later ? Duration.ofSeconds(1) : null;
  }
}

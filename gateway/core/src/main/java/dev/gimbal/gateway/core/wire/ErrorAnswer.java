package dev.gimbal.gateway.core.wire;

import dev.gimbal.platform.errors.ErrorCode;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An error in OpenAI's shape.
///
/// @param status HTTP status
/// @param code stable code for the ledger
/// @param retryAfter when a retry may help; null if unknown
public record ErrorAnswer(int status, String code, Buffer body, @Nullable Duration retryAfter) {

  /// What an exception of ours says.
  public static ErrorAnswer of(GimbalException failure) {
    String field = failure.fields().isEmpty() ? null : failure.fields().getFirst().field();
    return new ErrorAnswer(
        failure.errorCode().status(),
        failure.errorCode().code(),
        body(failure.errorCode(), String.valueOf(failure.getMessage()), field),
        failure.retryAfter().orElse(null));
  }

  /// An error without an exception.
  public static ErrorAnswer of(ErrorCode code, String message) {
    return new ErrorAnswer(code.status(), code.code(), body(code, message, null), null);
  }

  private static Buffer body(ErrorCode code, String message, @Nullable String field) {
    return Buffer.buffer(
        "{\"error\":{\"message\":"
            + Quoted.of(message)
            + ",\"type\":"
            + Quoted.of(code.dialectType())
            + ",\"param\":"
            + (field == null ? "null" : Quoted.of(field))
            + ",\"code\":"
            + Quoted.of(code.code())
            + "}}");
  }

  /// The error as the last event of a stream that has begun.
  public Buffer event() {
    return Buffer.buffer(body.length() + 8)
        .appendString("data: ")
        .appendBuffer(body)
        .appendString("\n\n");
  }
}

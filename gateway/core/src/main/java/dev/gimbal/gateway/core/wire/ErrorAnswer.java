package dev.gimbal.gateway.core.wire;

import dev.gimbal.platform.errors.ErrorCode;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An error in OpenAI's shape.
///
/// @param status HTTP status, which may differ from the kind's own where an upstream said it
/// @param kind what it is
/// @param retryAfter when a retry may help; null if unknown
public record ErrorAnswer(int status, ErrorCode kind, Buffer body, @Nullable Duration retryAfter) {

  /// What an exception of ours says.
  public static ErrorAnswer of(GimbalException failure) {
    String field = failure.fields().isEmpty() ? null : failure.fields().getFirst().field();
    return new ErrorAnswer(
        failure.errorCode().status(),
        failure.errorCode(),
        body(failure.errorCode(), String.valueOf(failure.getMessage()), field),
        failure.retryAfter().orElse(null));
  }

  /// An error without an exception.
  public static ErrorAnswer of(ErrorCode kind, String message) {
    return new ErrorAnswer(kind.status(), kind, body(kind, message, null), null);
  }

  /// The same with when a retry may help, unless it says so itself or nobody knows.
  public ErrorAnswer after(@Nullable Duration pause) {
    return pause == null || retryAfter != null ? this : new ErrorAnswer(status, kind, body, pause);
  }

  /// Stable code for the ledger.
  public String code() {
    return kind.code();
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

  /// The error as the last event of a stream that has begun. In one line, though an upstream wrote
  /// it in several: in JSON that is whole a line ends only where a blank may stand.
  public Buffer event() {
    byte[] line = body.getBytes();
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    return Buffer.buffer(line.length + 8)
        .appendString("data: ")
        .appendBytes(line)
        .appendString("\n\n");
  }
}

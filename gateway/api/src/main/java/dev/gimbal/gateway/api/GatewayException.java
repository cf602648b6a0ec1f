package dev.gimbal.gateway.api;

import dev.gimbal.platform.errors.GimbalException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model call did not go through.
public final class GatewayException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message one sentence for the caller
  public GatewayException(GatewayError error, String message) {
    super(error, message);
  }

  /// @param field that is wrong
  public GatewayException(GatewayError error, String field, String message) {
    super(error, field + ": " + message, List.of(new FieldError(field, message)), null, null);
  }

  /// @param retryAfter when a retry may help; null if unknown
  public GatewayException(
      GatewayError error,
      String message,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(error, message, List.of(), retryAfter, cause);
  }
}

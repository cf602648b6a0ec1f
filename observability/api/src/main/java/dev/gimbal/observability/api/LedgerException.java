package dev.gimbal.observability.api;

import dev.gimbal.platform.errors.GimbalException;
import org.jspecify.annotations.Nullable;

/// Evidence could not be kept or found.
public final class LedgerException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message one sentence for the caller
  public LedgerException(LedgerError error, String message, @Nullable Throwable cause) {
    super(error, message, cause);
  }
}

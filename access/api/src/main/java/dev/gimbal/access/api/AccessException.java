package dev.gimbal.access.api;

import dev.gimbal.platform.errors.GimbalException;

/// What was asked of tenants and keys cannot be done.
public final class AccessException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message one sentence for the caller
  public AccessException(AccessError error, String message) {
    super(error, message);
  }
}

package dev.gimbal.platform.database;

import dev.gimbal.platform.errors.GimbalException;
import org.jspecify.annotations.Nullable;

/// The database could not do what was asked.
public final class DatabaseException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message one sentence that names what to do
  public DatabaseException(DatabaseError error, String message, @Nullable Throwable cause) {
    super(error, message, cause);
  }
}

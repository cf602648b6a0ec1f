package dev.gimbal.platform.process;

import dev.gimbal.platform.errors.GimbalException;
import org.jspecify.annotations.Nullable;

/// A call to a child process failed.
public final class ProcessException extends GimbalException {
  private static final long serialVersionUID = 1L;

  private final ProcessError error;

  ProcessException(ProcessError error, String message) {
    this(error, message, null);
  }

  ProcessException(ProcessError error, String message, @Nullable Throwable cause) {
    super(error, message, cause);
    this.error = error;
  }

  /// What went wrong.
  public ProcessError error() {
    return error;
  }
}

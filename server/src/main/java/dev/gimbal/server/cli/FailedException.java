package dev.gimbal.server.cli;

/// A verb cannot go on; the message is one clear line for the person who typed it.
final class FailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exit;
  private final int status;
  private final String code;

  FailedException(int exit, String message) {
    this(exit, message, 0, "failed");
  }

  /// @param status of the server's answer; 0 if there was none
  /// @param code of the server's error
  FailedException(int exit, String message, int status, String code) {
    super(message);
    this.exit = exit;
    this.status = status;
    this.code = code;
  }

  int exit() {
    return exit;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String line() {
    return String.valueOf(getMessage());
  }

  /// Whether the same request may succeed later.
  boolean retryable() {
    return exit == Exit.UNREACHABLE || status == 429 || status >= 500;
  }
}

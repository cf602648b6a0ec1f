package dev.gimbal.gateway.dialect;

/// A body has a wrong form.
public final class DialectException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /// @param field that is wrong: `messages[0].role`
  /// @param message what it must be
  public DialectException(String field, String message) {
    super(message);
    this.field = field;
  }

  public String field() {
    return field;
  }
}

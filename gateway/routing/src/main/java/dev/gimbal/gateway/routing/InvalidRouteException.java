package dev.gimbal.gateway.routing;

/// A declaration that cannot be taken. The message says what the limit is.
public final class InvalidRouteException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /// @param field of the declaration, as in `targets[1].weight`
  public InvalidRouteException(String field, String message) {
    super(message);
    this.field = field;
  }

  /// Which field is wrong.
  public String field() {
    return field;
  }
}

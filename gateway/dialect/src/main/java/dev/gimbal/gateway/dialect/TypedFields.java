package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What readers of every dialect ask of an object's fields. A null counts as absent; a wrong one is
/// named by its path. For one thread at a time.
public abstract class TypedFields {

  /// A field's value, which from now on counts as read; null if it is absent.
  protected abstract @Nullable JsonNode take(String name);

  /// Where a field is, as its caller spells it.
  protected abstract String path(String name);

  /// A number; null if it is absent.
  public final @Nullable Double number(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw new DialectException(path(name), "must be a number");
    }
    return value.doubleValue();
  }

  /// True or false; null if it is absent.
  public final @Nullable Boolean flag(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw new DialectException(path(name), "must be true or false");
    }
    return value.booleanValue();
  }
}

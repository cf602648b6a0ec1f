package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.TypedFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of one object of a caller's body. It knows which were read, so that the others can be
/// named. A null counts as absent.
final class Fields extends TypedFields {
  private final JsonNode object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /// @param path of the object in the body; empty for the body itself
  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new DialectException(path.isEmpty() ? "body" : path, "must be an object");
    }
    return new Fields(node, path);
  }

  JsonNode node() {
    return object;
  }

  String path() {
    return path;
  }

  @Override
  protected String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  @Override
  protected @Nullable JsonNode take(String name) {
    read.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw new DialectException(path(name), "must be text");
    }
    return value.textValue();
  }

  String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw new DialectException(path(name), "must be text");
    }
    return value;
  }

  @Nullable Long whole(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new DialectException(path(name), "must be a whole number");
    }
    return value.longValue();
  }

  @Nullable Long positive(String name) {
    Long value = whole(name);
    if (value != null && value < 1) {
      throw new DialectException(path(name), "must be at least 1");
    }
    return value;
  }

  @Nullable Fields object(String name) {
    JsonNode value = take(name);
    return value == null ? null : of(value, path(name));
  }

  Fields requiredObject(String name) {
    Fields value = object(name);
    if (value == null) {
      throw new DialectException(path(name), "must be an object");
    }
    return value;
  }

  /// The elements; none if the field is absent.
  List<JsonNode> list(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw new DialectException(path(name), "must be a list");
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  /// Names every field that was not read. One that holds an empty list or object asks for nothing.
  void leave(List<Leftover> to, Set<String> harmless) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull() || read.contains(field.getKey())) {
        continue;
      }
      boolean empty = value.isContainerNode() && value.isEmpty();
      to.add(new Leftover(path(field.getKey()), empty || harmless.contains(field.getKey())));
    }
  }
}

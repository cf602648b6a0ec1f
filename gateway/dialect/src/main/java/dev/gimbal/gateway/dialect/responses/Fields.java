package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.TypedFields;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of one object of a call. What nobody took is left over when [#done] is called, so
/// that no field is dropped without a word. A null counts as absent.
final class Fields extends TypedFields {
  private final ObjectNode node;
  private final String path;
  private final List<Leftover> leftovers;
  private final Set<String> taken = new HashSet<>();

  private Fields(ObjectNode node, String path, List<Leftover> leftovers) {
    this.node = node;
    this.path = path;
    this.leftovers = leftovers;
  }

  static Fields of(JsonNode node, String path, List<Leftover> leftovers) {
    if (node instanceof ObjectNode object) {
      return new Fields(object, path, leftovers);
    }
    throw new DialectException(path.isEmpty() ? "body" : path, "must be an object");
  }

  /// Where a field is, as its caller spells it.
  @Override
  protected String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  String path() {
    return path;
  }

  @Override
  protected @Nullable JsonNode take(String name) {
    taken.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) {
    JsonNode value = take(name);
    if (value != null && !value.isTextual()) {
      throw new DialectException(path(name), "must be a string");
    }
    return value == null ? null : value.textValue();
  }

  String required(String name) {
    String value = text(name);
    if (value == null) {
      throw new DialectException(path(name), "is missing");
    }
    return value;
  }

  /// A whole number of at least 1.
  @Nullable Long count(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
      throw new DialectException(path(name), "must be a whole number of at least 1");
    }
    return value.longValue();
  }

  @Nullable Fields object(String name) {
    JsonNode value = take(name);
    return value == null ? null : of(value, path(name), leftovers);
  }

  /// The elements of a list; none if it is absent.
  ArrayNode list(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return JsonNodeFactory.instance.arrayNode();
    }
    if (value instanceof ArrayNode array) {
      return array;
    }
    throw new DialectException(path(name), "must be a list");
  }

  /// Takes fields without which the answer is right.
  void harmless(String... names) {
    leave(true, names);
  }

  /// Takes fields without which the answer would be another one.
  void harmful(String... names) {
    leave(false, names);
  }

  private void leave(boolean harmless, String... names) {
    for (String name : names) {
      JsonNode value = take(name);
      if (value != null && !(value.isContainerNode() && value.isEmpty())) {
        leftovers.add(new Leftover(path(name), harmless));
      }
    }
  }

  /// Takes fields that say nothing to a model, as the ids that a server gave.
  void silent(String... names) {
    taken.addAll(List.of(names));
  }

  /// Leaves over what nobody took.
  void done() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!taken.contains(name)) {
                harmful(name);
              }
            });
  }
}

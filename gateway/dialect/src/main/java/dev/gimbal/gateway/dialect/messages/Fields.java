package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.TypedFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One object of a call's body. It knows which of its fields were asked for, so that nobody forgets
/// the rest. A null is an absent field. For one thread at a time.
final class Fields extends TypedFields {
  private final JsonNode node;
  private final String path;
  private final Set<String> asked = new HashSet<>();
  private final List<String> needless = new ArrayList<>();

  Fields(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new DialectException(path.isEmpty() ? "body" : path, "must be an object");
    }
    this.node = node;
    this.path = path;
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
    asked.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw new DialectException(path(name), "must be a text");
    }
    return value.textValue();
  }

  String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw new DialectException(path(name), "is required: a text");
    }
    return value;
  }

  @Nullable Long whole(String name, long least) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
      throw new DialectException(path(name), "must be a whole number of at least " + least);
    }
    return value.longValue();
  }

  @Nullable Fields object(String name) {
    JsonNode value = take(name);
    return value == null ? null : new Fields(value, path(name));
  }

  /// The elements of a list; none if it is absent.
  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    JsonNode values = list(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      objects.add(new Fields(values.get(i), path(name) + "[" + i + "]"));
    }
    return objects;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode values = list(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      if (!values.get(i).isTextual()) {
        throw new DialectException(path(name) + "[" + i + "]", "must be a text");
      }
      texts.add(values.get(i).textValue());
    }
    return texts;
  }

  private @Nullable JsonNode list(String name) {
    JsonNode value = take(name);
    if (value != null && !value.isArray()) {
      throw new DialectException(path(name), "must be a list");
    }
    return value;
  }

  /// These change no answer: where one is given, it is a harmless leftover.
  Fields needless(String... names) {
    needless.addAll(List.of(names));
    return this;
  }

  /// Names what nobody asked for.
  void rest(List<Leftover> to) {
    node.properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull() && !asked.contains(field.getKey())) {
                boolean harmless = needless.contains(field.getKey());
                to.add(new Leftover(path(field.getKey()), harmless));
              }
            });
  }
}

package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.TypedFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of one object of a caller's body, asked for in camelCase and found in either
/// spelling. It knows which were read, so that the others can be named as the caller wrote them. A
/// null counts as absent.
final class Fields extends TypedFields {
  private final JsonNode object;
  private final String path;
  private final Map<String, String> spellings = new LinkedHashMap<>();
  private final Set<String> read = new HashSet<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getValue().isNull()) {
        continue;
      }
      if (spellings.put(camelCase(field.getKey()), field.getKey()) != null) {
        throw new DialectException(
            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
            "must be said once, in one spelling");
      }
    }
  }

  /// @param path of the object in the body; empty for the body itself
  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new DialectException(path.isEmpty() ? "body" : path, "must be an object");
    }
    return new Fields(node, path);
  }

  private static String camelCase(String name) {
    if (name.indexOf('_') < 1) {
      return name;
    }
    StringBuilder camel = new StringBuilder(name.length());
    boolean upper = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        camel.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return camel.toString();
  }

  String path() {
    return path;
  }

  /// The path of a field in the caller's spelling.
  @Override
  protected String path(String name) {
    String spelled = spellings.getOrDefault(name, name);
    return path.isEmpty() ? spelled : path + "." + spelled;
  }

  /// Whether nothing is said at all.
  boolean isEmpty() {
    return spellings.isEmpty();
  }

  @Override
  protected @Nullable JsonNode take(String name) {
    String spelled = spellings.get(name);
    if (spelled == null) {
      return null;
    }
    read.add(spelled);
    return object.get(spelled);
  }

  DialectException wrong(String name, String message) {
    return new DialectException(path(name), message);
  }

  @Nullable String text(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(name, "must be text");
    }
    return value.textValue();
  }

  String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw wrong(name, "must be text");
    }
    return value;
  }

  /// Also reads `40.0`, as many clients write `topK`.
  @Nullable Long whole(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw wrong(name, "must be a whole number");
    }
    return value.longValue();
  }

  @Nullable Long positive(String name) {
    Long value = whole(name);
    if (value != null && value < 1) {
      throw wrong(name, "must be at least 1");
    }
    return value;
  }

  @Nullable Fields object(String name) {
    JsonNode value = take(name);
    return value == null ? null : of(value, path(name));
  }

  /// The elements; none if the field is absent. The vendor takes a single object for a list of one.
  List<Fields> objects(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return List.of();
    }
    if (value.isObject()) {
      return List.of(of(value, path(name)));
    }
    List<Fields> elements = new ArrayList<>(value.size());
    for (JsonNode element : list(name)) {
      elements.add(of(element, path(name) + "[" + elements.size() + "]"));
    }
    return elements;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list(name)) {
      if (!element.isTextual()) {
        throw new DialectException(path(name) + "[" + texts.size() + "]", "must be text");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private Iterable<JsonNode> list(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrong(name, "must be a list");
    }
    return value;
  }

  /// Names every field that was not read. An empty list asks for nothing; an empty object may, as
  /// `googleSearch: {}` does.
  void leave(List<Leftover> to, Set<String> harmless) {
    for (Map.Entry<String, String> spelling : spellings.entrySet()) {
      JsonNode value = object.path(spelling.getValue());
      if (!read.contains(spelling.getValue()) && !(value.isArray() && value.isEmpty())) {
        to.add(new Leftover(path(spelling.getKey()), harmless.contains(spelling.getKey())));
      }
    }
  }
}

package dev.gimbal.observability.core.redaction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One JSON object from those that carry pieces of it: texts that come in pieces are joined, of
/// everything else the last stands. Elements of lists belong together by their `index`, or else by
/// their place. For one thread.
final class Pieces {
  /// The fields whose text comes in pieces, in any dialect.
  private static final Set<String> PIECEMEAL =
      Set.of(
          "content",
          "text",
          "delta",
          "arguments",
          "input",
          "partial_json",
          "thinking",
          "reasoning",
          "reasoning_content",
          "refusal",
          "transcript");

  private final String name;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  Pieces(String name) {
    this.name = name;
  }

  /// The name of its events.
  String name() {
    return name;
  }

  void add(JsonNode event) {
    merge(fields, event);
  }

  JsonNode whole() {
    return object(fields);
  }

  private record Elements(Map<String, Object> byIndex) {}

  private static void merge(Map<String, Object> into, JsonNode object) {
    object
        .properties()
        .forEach(
            field ->
                into.put(
                    field.getKey(),
                    merged(field.getKey(), into.get(field.getKey()), field.getValue())));
  }

  @SuppressWarnings("unchecked")
  private static Object merged(
      String field, @org.jspecify.annotations.Nullable Object before, JsonNode piece) {
    if (piece.isObject()) {
      Map<String, Object> into =
          before instanceof Map ? (Map<String, Object>) before : new LinkedHashMap<>();
      merge(into, piece);
      return into;
    }
    if (piece.isArray()) {
      Elements into =
          before instanceof Elements known ? known : new Elements(new LinkedHashMap<>());
      int place = 0;
      for (JsonNode element : piece) {
        String index = element.path("index").asText(String.valueOf(place++));
        into.byIndex.put(index, merged(field, into.byIndex.get(index), element));
      }
      return into;
    }
    if (piece.isNull() && before != null) {
      return before;
    }
    if (piece.isTextual() && PIECEMEAL.contains(field)) {
      StringBuilder into = before instanceof StringBuilder known ? known : new StringBuilder();
      return into.append(piece.textValue());
    }
    return piece;
  }

  private static ObjectNode object(Map<?, ?> fields) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    fields.forEach((field, value) -> made.set(String.valueOf(field), node(value)));
    return made;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case JsonNode scalar -> scalar;
      case StringBuilder text -> JsonNodeFactory.instance.textNode(text.toString());
      case Elements elements -> {
        ArrayNode made = JsonNodeFactory.instance.arrayNode();
        elements.byIndex.values().forEach(element -> made.add(node(element)));
        yield made;
      }
      case Map<?, ?> map -> object(map);
      default -> throw new IllegalStateException("no piece is a " + value.getClass());
    };
  }
}

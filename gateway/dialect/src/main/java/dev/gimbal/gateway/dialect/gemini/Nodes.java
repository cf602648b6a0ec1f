package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import org.jspecify.annotations.Nullable;

/// Reads what an upstream wrote, where a field that is missing or of another type says nothing.
final class Nodes {
  // A number in a tool's arguments keeps its digits: 1.10 is not 1.1.
  private static final ObjectReader EXACT =
      Json.MAPPER
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private Nodes() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode parse(String json) throws JsonProcessingException {
    return EXACT.readTree(json);
  }

  /// The text as an object; null if it is none. No text is an empty object.
  static @Nullable ObjectNode parseObject(String json) {
    if (json.isBlank()) {
      return object();
    }
    try {
      return parse(json) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /// The text of a field; null if there is none or if it is empty.
  static @Nullable String text(@Nullable JsonNode of, String field) {
    JsonNode value = of == null ? null : of.get(field);
    return value == null || !value.isTextual() || value.textValue().isEmpty()
        ? null
        : value.textValue();
  }

  static @Nullable Long whole(@Nullable JsonNode of, String field) {
    JsonNode value = of == null ? null : of.get(field);
    return value == null || !value.isIntegralNumber() || !value.canConvertToLong()
        ? null
        : value.longValue();
  }

  static @Nullable JsonNode object(@Nullable JsonNode of, String field) {
    JsonNode value = of == null ? null : of.get(field);
    return value == null || !value.isObject() ? null : value;
  }

  static Iterable<JsonNode> list(@Nullable JsonNode of, String field) {
    JsonNode value = of == null ? null : of.get(field);
    return value == null || !value.isArray() ? JsonNodeFactory.instance.arrayNode() : value;
  }
}

package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what an upstream wrote, where a field that is missing or of another type says nothing.
final class Nodes {
  private Nodes() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
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

  static @Nullable JsonNode list(@Nullable JsonNode of, String field) {
    JsonNode value = of == null ? null : of.get(field);
    return value == null || !value.isArray() ? null : value;
  }

  /// What a choice says of its text's tokens.
  static ObjectNode logprobs(List<TokenLogprob> tokens) {
    ObjectNode said = object().set("content", TokenLogprob.write(tokens));
    return said.putNull("refusal");
  }
}

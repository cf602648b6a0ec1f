package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON in few words. Keys keep their order.
public final class Tree {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Tree() {}

  /// An object.
  ///
  /// @param pairs names and values in turn; a name whose value is null is left out
  public static ObjectNode of(@Nullable Object... pairs) {
    ObjectNode node = MAPPER.createObjectNode();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        node.set(String.valueOf(pairs[i]), node(value));
      }
    }
    return node;
  }

  /// An array.
  public static ArrayNode list(Object... items) {
    ArrayNode list = MAPPER.createArrayNode();
    for (Object item : items) {
      list.add(node(item));
    }
    return list;
  }

  /// An array.
  public static ArrayNode listOf(List<? extends JsonNode> items) {
    ArrayNode list = MAPPER.createArrayNode();
    items.forEach(list::add);
    return list;
  }

  private static JsonNode node(Object value) {
    return value instanceof JsonNode node ? node : MAPPER.valueToTree(value);
  }

  /// What a text says; missing if it is not JSON.
  public static JsonNode read(String text) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /// What bytes say; missing if they are not JSON.
  public static JsonNode read(byte[] bytes) {
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /// The text of a field; empty if it is absent or null.
  public static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNull() ? "" : value.asText();
  }
}

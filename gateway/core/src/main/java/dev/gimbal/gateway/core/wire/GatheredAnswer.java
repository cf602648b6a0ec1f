package dev.gimbal.gateway.core.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts the chunks of a stream together into the answer that a caller gets who did not ask for a
/// stream. Fields that nobody knows are kept: the last one counts, lists are appended. For one
/// thread at a time.
public final class GatheredAnswer {
  /// Texts that come in pieces; of every other one the last counts.
  private static final Set<String> PIECES =
      Set.of("content", "text", "refusal", "reasoning", "reasoning_content", "arguments");

  private static final String CHUNK = ".chunk";

  private final ObjectNode answer = Json.MAPPER.createObjectNode();
  private final Map<Integer, ObjectNode> choices = new TreeMap<>();

  /// Adds what one event says.
  public void add(JsonNode chunk) {
    for (Map.Entry<String, JsonNode> field : chunk.properties()) {
      if (field.getKey().equals("choices")) {
        field.getValue().forEach(this::choice);
      } else {
        put(answer, field.getKey(), field.getValue());
      }
    }
  }

  private void choice(JsonNode piece) {
    int index = piece.path("index").asInt();
    ObjectNode choice =
        choices.computeIfAbsent(index, i -> Json.MAPPER.createObjectNode().put("index", i));
    for (Map.Entry<String, JsonNode> field : piece.properties()) {
      put(choice, field.getKey().equals("delta") ? "message" : field.getKey(), field.getValue());
    }
  }

  private static void put(ObjectNode into, String name, JsonNode value) {
    JsonNode before = into.get(name);
    if (value.isNull() && before != null) {
      return;
    }
    if (before instanceof ObjectNode known && value.isObject()) {
      value.properties().forEach(field -> put(known, field.getKey(), field.getValue()));
    } else if (value.isArray()) {
      append(before instanceof ArrayNode known ? known : into.putArray(name), value);
    } else if (value.isObject()) {
      ObjectNode fresh = into.putObject(name);
      value.properties().forEach(field -> put(fresh, field.getKey(), field.getValue()));
    } else if (value.isTextual() && before != null && before.isTextual()) {
      into.put(name, joined(name, before.textValue(), value.textValue()));
    } else {
      into.set(name, value);
    }
  }

  private static String joined(String name, String before, String piece) {
    return PIECES.contains(name) ? before + piece : piece.isEmpty() ? before : piece;
  }

  /// Elements with an index are parts of one thing, such as a tool's call; others stand alone.
  private static void append(ArrayNode list, JsonNode pieces) {
    for (JsonNode piece : pieces) {
      ObjectNode known = piece.has("index") ? element(list, piece.get("index")) : null;
      if (known == null) {
        list.add(piece);
      } else {
        piece.properties().forEach(field -> put(known, field.getKey(), field.getValue()));
      }
    }
  }

  private static @Nullable ObjectNode element(ArrayNode list, JsonNode index) {
    for (JsonNode one : list) {
      if (one instanceof ObjectNode known && index.equals(known.get("index"))) {
        return known;
      }
    }
    return null;
  }

  /// The other way round: makes a whole answer the only chunk of a stream.
  public static void toChunk(ObjectNode answer) {
    if (answer.path("object").asText().equals("chat.completion")) {
      answer.put("object", "chat.completion" + CHUNK);
    }
    for (JsonNode choice : answer.path("choices")) {
      if (choice instanceof ObjectNode known && known.has("message")) {
        JsonNode message = known.remove("message");
        known.set("delta", message);
        int index = 0;
        for (JsonNode call : message.path("tool_calls")) {
          if (call instanceof ObjectNode tool) {
            tool.put("index", index++);
          }
        }
      }
    }
  }

  /// The whole answer; nothing may be added afterwards.
  public byte[] json() {
    JsonNode object = answer.path("object");
    if (object.asText().endsWith(CHUNK)) {
      String name = object.asText();
      answer.put("object", name.substring(0, name.length() - CHUNK.length()));
    }
    ArrayNode all = answer.putArray("choices");
    for (ObjectNode choice : choices.values()) {
      if (choice.get("message") instanceof ObjectNode message) {
        for (JsonNode call : message.path("tool_calls")) {
          if (call instanceof ObjectNode known) {
            known.remove("index");
          }
        }
        message.putIfAbsent("role", message.textNode("assistant"));
        message.putIfAbsent("content", message.nullNode());
      }
      all.add(choice);
    }
    return Json.bytes(answer);
  }
}

package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whole answers.
final class Answers {
  private Answers() {}

  static ModelAnswer read(JsonNode body) {
    JsonNode content = body.get("content");
    if (content == null || !content.isArray()) {
      throw new DialectException("content", "must be a list");
    }
    List<Part> parts = new ArrayList<>();
    for (JsonNode block : content) {
      Part part = part(block);
      if (part != null) {
        parts.add(part);
      }
    }
    String explanation = Stops.explanation(body);
    if (explanation != null) {
      parts.add(new Part.Refusal(explanation));
    }
    return new ModelAnswer(
        body.path("id").textValue(),
        Objects.requireNonNullElse(body.path("model").textValue(), ""),
        null,
        parts,
        Objects.requireNonNullElse(Stops.read(body), Stop.of(Stop.Reason.END)),
        Usage.read(body.get("usage")));
  }

  /// Null: a block that is new to us, or of a tool that the provider runs itself.
  private static @Nullable Part part(JsonNode block) {
    return switch (text(block, "type")) {
      case "text" -> new Part.Text(text(block, "text"));
      case "thinking" -> {
        String signature = block.path("signature").asText();
        yield new Part.Thinking(text(block, "thinking"), signature.isEmpty() ? null : signature);
      }
      case "redacted_thinking" -> Hidden.read(text(block, "data"));
      case "tool_use" ->
          new Part.ToolCall(
              text(block, "id"), text(block, "name"), arguments(block.get("input")), null, null);
      default -> null;
    };
  }

  static String text(JsonNode of, String name) {
    JsonNode value = of.get(name);
    if (value == null || !value.isTextual()) {
      throw new DialectException("content[]." + name, "must be a text");
    }
    return value.textValue();
  }

  static String arguments(@Nullable JsonNode input) {
    if (input == null || input.isNull()) {
      return "{}";
    }
    return input.isTextual() ? input.textValue() : Json.write(input);
  }

  static ObjectNode write(ModelAnswer answer) {
    ObjectNode message = head(answer.id(), answer.model());
    ArrayNode content = message.putArray("content");
    for (Part part : answer.parts()) {
      if (part instanceof Part.ToolCall call && call.signature() != null) {
        content.add(Hidden.ofCall(call.signature()));
      }
      content.add(block(part));
    }
    Stops.write(message, answer.stop(), last(answer.parts()));
    message.set("usage", Usage.writeWhole(answer.usage()));
    return message;
  }

  private static Stops.Last last(List<Part> parts) {
    return switch (parts.isEmpty() ? null : parts.getLast()) {
      case Part.Refusal ignored -> Stops.Last.REFUSAL;
      case Part.ToolCall ignored -> Stops.Last.TOOL;
      case null, default -> Stops.Last.OTHER;
    };
  }

  static ObjectNode head(@Nullable String id, String model) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    if (id != null) {
      message.put("id", id);
    }
    return message.put("type", "message").put("role", "assistant").put("model", model);
  }

  private static ObjectNode block(Part part) {
    return switch (part) {
      case Part.Text text -> BlockWriter.typed("text").put("text", text.text());
      case Part.Refusal refusal -> BlockWriter.typed("text").put("text", refusal.text());
      case Part.Thinking thinking ->
          BlockWriter.typed("thinking")
              .put("thinking", thinking.text())
              // Clients read it without asking whether it is there.
              .put("signature", Objects.requireNonNullElse(thinking.signature(), ""));
      case Part.HiddenThinking hidden ->
          BlockWriter.typed("redacted_thinking")
              .put("data", Hidden.data(hidden.id(), hidden.data()));
      case Part.ToolCall call -> toolUse(call);
      case Part.Media media -> throw noPlace(media);
      case Part.ToolResult result -> throw noPlace(result);
    };
  }

  private static ObjectNode toolUse(Part.ToolCall call) {
    JsonNode input = BlockWriter.arguments(call.arguments());
    return BlockWriter.typed("tool_use")
        .put("id", call.id())
        .put("name", call.name())
        // What the model got wrong goes on as it wrote it: whoever called can tell it so.
        .set("input", input == null ? TextNode.valueOf(call.arguments()) : input);
  }

  static DialectException noPlace(Part part) {
    return new DialectException(
        "content", "an answer of this dialect has no " + part.getClass().getSimpleName());
  }
}

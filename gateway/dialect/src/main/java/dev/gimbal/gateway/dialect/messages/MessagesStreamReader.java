package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one stream. Parts get their numbers when they say their first thing, so that blocks which
/// are new to us leave no gap.
final class MessagesStreamReader implements StreamReader {
  private final Map<Integer, Block> blocks = new HashMap<>();
  private int parts;
  private boolean stopped;
  private boolean over;

  private static final class Block {
    private int part = -1;
    // What a tool's call began with, for an upstream that sends no pieces of it.
    private @Nullable String input;
  }

  @Override
  public void event(@Nullable String name, String data, Consumer<AnswerEvent> to) {
    // Some proxies put another dialect's end behind ours.
    if (over || data.equals("[DONE]")) {
      return;
    }
    JsonNode event = tree(data);
    String type = event.path("type").textValue();
    switch (type == null ? name : type) {
      case "message_start" -> start(event.path("message"), to);
      case "content_block_start" -> blockStart(event, to);
      case "content_block_delta" -> delta(event, to);
      case "content_block_stop" -> blockStop(event, to);
      case "message_delta" -> messageDelta(event, to);
      case "message_stop" -> {
        over = true;
        to.accept(new AnswerEvent.Ended());
      }
      case "error" -> fail(Errors.readStreamed(event), to);
      case null, default -> {
        if (event.hasNonNull("error")) {
          fail(Errors.readStreamed(event), to);
        }
      }
    }
  }

  private static JsonNode tree(String data) {
    try {
      JsonNode event = Json.tree(data);
      if (event.isObject()) {
        return event;
      }
    } catch (JsonProcessingException e) {
      // Said below, without what the provider sent.
    }
    throw new DialectException("data", "must be a JSON object");
  }

  private static void start(JsonNode message, Consumer<AnswerEvent> to) {
    to.accept(
        new AnswerEvent.Started(
            message.path("id").textValue(),
            Objects.requireNonNullElse(message.path("model").textValue(), ""),
            null));
    TokenCount usage = Usage.readStart(message.get("usage"));
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
  }

  private void blockStart(JsonNode event, Consumer<AnswerEvent> to) {
    JsonNode content = event.path("content_block");
    Block block = new Block();
    switch (content.path("type").asText()) {
      case "text" -> text(block, content.path("text").asText(), to);
      case "thinking" -> {
        thinking(block, content.path("thinking").asText(), to);
        signature(block, content.path("signature").asText(), to);
      }
      case "redacted_thinking" -> {
        Part.HiddenThinking hidden = Hidden.read(Answers.text(content, "data"));
        to.accept(new AnswerEvent.HiddenThinking(part(block), hidden.id(), hidden.data()));
      }
      case "tool_use" -> {
        JsonNode input = content.path("input");
        block.input = input.isEmpty() && !input.isTextual() ? null : Answers.arguments(input);
        String id = Answers.text(content, "id");
        String name = Answers.text(content, "name");
        to.accept(new AnswerEvent.ToolStarted(part(block), id, name, null));
      }
      default -> {
        return;
      }
    }
    blocks.put(event.path("index").asInt(), block);
  }

  private void delta(JsonNode event, Consumer<AnswerEvent> to) {
    Block block = blocks.get(event.path("index").asInt());
    if (block == null) {
      return;
    }
    JsonNode delta = event.path("delta");
    switch (delta.path("type").asText()) {
      case "text_delta" -> text(block, delta.path("text").asText(), to);
      case "thinking_delta" -> thinking(block, delta.path("thinking").asText(), to);
      case "signature_delta" -> signature(block, delta.path("signature").asText(), to);
      case "input_json_delta" -> {
        String json = delta.path("partial_json").asText();
        if (!json.isEmpty()) {
          block.input = null;
          to.accept(new AnswerEvent.ToolPiece(part(block), json));
        }
      }
      default -> {
        // New to us, or a citation, which no other dialect has.
      }
    }
  }

  private void blockStop(JsonNode event, Consumer<AnswerEvent> to) {
    Block block = blocks.remove(event.path("index").asInt());
    if (block != null && block.input != null) {
      to.accept(new AnswerEvent.ToolPiece(part(block), block.input));
    }
  }

  private void messageDelta(JsonNode event, Consumer<AnswerEvent> to) {
    Stop stop = Stops.read(event.path("delta"));
    if (stop != null && !stopped) {
      stopped = true;
      String explanation = Stops.explanation(event.path("delta"));
      if (explanation != null) {
        to.accept(new AnswerEvent.RefusalPiece(parts++, explanation));
      }
      to.accept(new AnswerEvent.Stopped(stop));
    }
    TokenCount usage = Usage.read(event.get("usage"));
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
  }

  private void text(Block block, String text, Consumer<AnswerEvent> to) {
    if (!text.isEmpty()) {
      to.accept(new AnswerEvent.TextPiece(part(block), text));
    }
  }

  private void thinking(Block block, String text, Consumer<AnswerEvent> to) {
    if (!text.isEmpty()) {
      to.accept(new AnswerEvent.ThinkingPiece(part(block), text));
    }
  }

  private void signature(Block block, String signature, Consumer<AnswerEvent> to) {
    if (!signature.isEmpty()) {
      to.accept(new AnswerEvent.ThinkingSigned(part(block), signature));
    }
  }

  private int part(Block block) {
    if (block.part < 0) {
      block.part = parts++;
    }
    return block.part;
  }

  private void fail(ModelError error, Consumer<AnswerEvent> to) {
    over = true;
    to.accept(new AnswerEvent.Failed(error));
  }

  @Override
  public void end(Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (stopped) {
      over = true;
      to.accept(new AnswerEvent.Ended());
    } else {
      fail(
          new ModelError(
              502, ModelError.Kind.SERVER, "The provider's stream broke off.", null, null),
          to);
    }
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the text out of a chat answer, whole or in events. For one thread.
final class ChatText implements EventSplitter.Handler {
  private final boolean stream;
  private final Consumer<String> onText;
  private final EventSplitter splitter = new EventSplitter();
  private final Buffer body = Buffer.buffer();
  private final StringBuilder text = new StringBuilder();
  private @Nullable String finishReason;

  ChatText(boolean stream, Consumer<String> onText) {
    this.stream = stream;
    this.onText = onText;
  }

  void add(Buffer bytes) {
    if (stream) {
      splitter.feed(bytes.getBytes(), this);
    } else {
      body.appendBuffer(bytes);
    }
  }

  ChatResult result(UUID call, Usage usage) {
    if (!stream) {
      read(tree(body.getBytes(), 0, body.length()), "message");
    }
    return new ChatResult(call, text.toString(), finishReason, usage);
  }

  @Override
  public void event(byte[] bytes, int from, int to) {
    String event = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    StringBuilder data = new StringBuilder();
    event
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(l -> data.append(l.substring(5)));
    String json = data.toString().strip();
    if (!json.isEmpty() && !json.equals("[DONE]")) {
      byte[] document = json.getBytes(StandardCharsets.UTF_8);
      read(tree(document, 0, document.length), "delta");
    }
  }

  @Override
  public void part(byte[] bytes, int from, int to) {
    throw new GatewayException(
        GatewayError.UPSTREAM_FAILED, "The provider sent an event that is too large.");
  }

  private static JsonNode tree(byte[] json, int from, int length) {
    try {
      return Json.MAPPER.readTree(json, from, length);
    } catch (IOException e) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FAILED, "The provider's answer is not JSON.", null, e);
    }
  }

  private void read(JsonNode answer, String field) {
    if (answer.hasNonNull("error")) {
      throw new GatewayException(GatewayError.UPSTREAM_FAILED, ErrorText.of(answer));
    }
    JsonNode choice = answer.path("choices").path(0);
    String piece = choice.path(field).path("content").asText("");
    if (choice.path("finish_reason").isTextual()) {
      finishReason = choice.path("finish_reason").textValue();
    }
    if (!piece.isEmpty()) {
      text.append(piece);
      onText.accept(piece);
    }
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/// Bodies of calls from inside.
final class InsideBody {
  private InsideBody() {}

  static Buffer chat(ChatRequest request, boolean stream) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", request.model());
    ArrayNode messages = body.putArray("messages");
    for (ChatRequest.Message message : request.messages()) {
      messages
          .addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.text());
    }
    if (request.maxTokens() != null) {
      body.put("max_tokens", request.maxTokens());
    }
    if (request.temperature() != null) {
      body.put("temperature", request.temperature());
    }
    if (stream) {
      body.put("stream", true);
    }
    return Buffer.buffer(Json.bytes(body));
  }

  static Buffer embed(EmbedRequest request, String prefix) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", request.model());
    ArrayNode input = body.putArray("input");
    request.texts().forEach(text -> input.add(prefix + text));
    body.put("encoding_format", "base64");
    return Buffer.buffer(Json.bytes(body));
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.core.guard.Stretch;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Bodies of calls from inside.
final class InsideBody {
  /// What stands between a field's name and its text: `:"`.
  private static final int BEFORE_TEXT = 2;

  private static final int QUOTES = 2;

  private InsideBody() {}

  /// A chat.
  ///
  /// @param retrieved where the texts stand that were found for it
  record Chat(Buffer body, List<Stretch> retrieved) {}

  static Chat chat(ChatRequest request, boolean stream) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<Stretch> retrieved = new ArrayList<>();
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("model", request.model());
      json.writeArrayFieldStart("messages");
      for (ChatRequest.Message message : request.messages()) {
        json.writeStartObject();
        json.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
        json.writeFieldName("content");
        json.flush();
        find(message, body.size() + BEFORE_TEXT, retrieved);
        json.writeString(message.text());
        json.writeEndObject();
      }
      json.writeEndArray();
      if (request.maxTokens() != null) {
        json.writeNumberField("max_tokens", request.maxTokens());
      }
      if (request.temperature() != null) {
        json.writeNumberField("temperature", request.temperature());
      }
      if (stream) {
        json.writeBooleanField("stream", true);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Chat(Buffer.buffer(body.toByteArray()), retrieved);
  }

  /// @param from where the message's text begins
  private static void find(ChatRequest.Message message, int from, List<Stretch> retrieved) {
    if (message.texts().stream().noneMatch(ChatRequest.Text::retrieved)) {
      return;
    }
    int at = from;
    for (ChatRequest.Text text : message.texts()) {
      int behind = at + Json.bytes(text.text()).length - QUOTES;
      if (text.retrieved() && behind > at) {
        retrieved.add(new Stretch(at, behind));
      }
      at = behind;
    }
  }

  static Buffer embed(EmbedRequest request, String prefix) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", request.model());
    ArrayNode input = body.putArray("input");
    request.texts().forEach(text -> input.add(prefix + text));
    body.put("encoding_format", "base64");
    return Buffer.buffer(Json.bytes(body));
  }
}

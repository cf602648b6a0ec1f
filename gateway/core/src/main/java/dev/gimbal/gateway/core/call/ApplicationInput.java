package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application.Turn;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The conversation in the body of a chat call, as an application takes it.
final class ApplicationInput {
  private ApplicationInput() {}

  /// @throws GatewayException `FIELD_INVALID` for what an application cannot do
  static List<Turn> turns(Buffer body) {
    JsonNode call;
    try {
      call = Json.MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "body: a field stands twice, or it is no JSON", null, e);
    }
    unsupported(call);
    JsonNode messages = call.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw invalid("messages", "must be a list of at least one message");
    }
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      turns.add(turn("messages[" + i + "]", messages.get(i)));
    }
    if (turns.getLast().by() != Turn.By.USER) {
      throw invalid("messages", "the last one must be the user's");
    }
    return turns;
  }

  private static void unsupported(JsonNode call) {
    if (call.path("n").asInt(1) > 1) {
      throw invalid("n", "an application gives one answer");
    }
    if (call.path("tools").size() > 0) {
      throw invalid("tools", "an application has its own tools");
    }
    String format = call.path("response_format").path("type").asText("text");
    if (!format.equals("text")) {
      throw invalid("response_format", "an application answers in text");
    }
  }

  private static Turn turn(String at, JsonNode message) {
    Turn.By by =
        switch (message.path("role").asText()) {
          case "user" -> Turn.By.USER;
          case "assistant" -> Turn.By.APPLICATION;
          case "system", "developer" ->
              throw invalid(at + ".role", "an application has its own instructions");
          default -> throw invalid(at + ".role", "must be user or assistant");
        };
    return new Turn(by, text(at + ".content", message.path("content")));
  }

  private static String text(String at, JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    if (!content.isArray()) {
      throw invalid(at, "must be a text or a list of texts");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw invalid(at, "an application takes text only");
      }
      text.append(text.isEmpty() ? "" : "\n").append(part.path("text").textValue());
    }
    return text.toString();
  }

  private static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/// The sentence in an error of OpenAI's shape.
final class ErrorText {
  private ErrorText() {}

  static String of(Buffer body) {
    try {
      return of(Json.MAPPER.readTree(body.getBytes()));
    } catch (IOException e) {
      return "The provider failed.";
    }
  }

  static String of(JsonNode answer) {
    JsonNode error = answer.path("error");
    String message = error.isTextual() ? error.textValue() : error.path("message").asText();
    return message.isBlank() ? "The provider failed." : message;
  }
}

package dev.gimbal.gateway.core.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer of any dialect says, as far as it decides whether it is good enough.
///
/// @param text of the first answer
/// @param stop why it ended, as the dialect says it; empty if it does not
/// @param refused whether the dialect has a field for a refusal and the model used it
/// @param tools whether it calls tools
/// @param logProbability mean of the tokens'; null if the answer does not say
record AnswerText(
    String text, String stop, boolean refused, boolean tools, @Nullable Double logProbability) {

  /// @throws IOException if it is no JSON
  static AnswerText of(Endpoint endpoint, byte[] answer, boolean events) throws IOException {
    Gathering gathering = new Gathering();
    if (events) {
      for (String line : new String(answer, StandardCharsets.UTF_8).split("\n")) {
        String data = line.startsWith("data:") ? line.substring(5).strip() : "";
        if (data.startsWith("{")) {
          gathering.take(endpoint, Json.MAPPER.readTree(data));
        }
      }
    } else {
      JsonNode whole = Json.MAPPER.readTree(answer);
      // Gemini's stream as a JSON array is a list of pieces.
      for (JsonNode piece : whole.isArray() ? whole : List.of(whole)) {
        gathering.take(endpoint, piece);
      }
    }
    return gathering.done();
  }

  private static final class Gathering {
    private final StringBuilder text = new StringBuilder();
    private final List<Double> logProbabilities = new ArrayList<>();
    private String stop = "";
    private boolean refused;
    private boolean tools;

    void take(Endpoint endpoint, JsonNode piece) {
      switch (endpoint) {
        case MESSAGES -> messages(piece);
        case RESPONSES -> responses(piece);
        case GENERATE_CONTENT -> gemini(piece);
        default -> chat(piece);
      }
    }

    private void chat(JsonNode piece) {
      JsonNode choice = piece.path("choices").path(0);
      JsonNode message = choice.has("delta") ? choice.path("delta") : choice.path("message");
      text.append(message.path("content").asText("")).append(choice.path("text").asText(""));
      refused |= !message.path("refusal").asText("").isEmpty();
      tools |= !message.path("tool_calls").isEmpty() || message.has("function_call");
      stop(choice.path("finish_reason"));
      for (JsonNode token : choice.path("logprobs").path("content")) {
        logProbabilities.add(token.path("logprob").asDouble());
      }
      for (JsonNode token : choice.path("logprobs").path("token_logprobs")) {
        if (token.isNumber()) {
          logProbabilities.add(token.asDouble());
        }
      }
    }

    private void messages(JsonNode piece) {
      for (JsonNode block : piece.path("content")) {
        text.append(block.path("text").asText(""));
        tools |= block.path("type").asText().equals("tool_use");
      }
      tools |= piece.path("content_block").path("type").asText().equals("tool_use");
      JsonNode delta = piece.path("delta");
      text.append(delta.path("text").asText(""));
      stop(piece.path("stop_reason"));
      stop(delta.path("stop_reason"));
    }

    private void responses(JsonNode piece) {
      JsonNode whole = piece.has("response") ? piece.path("response") : piece;
      for (JsonNode item : whole.path("output")) {
        tools |= item.path("type").asText().endsWith("_call");
        for (JsonNode part : item.path("content")) {
          text.append(part.path("text").asText(""));
          refused |= part.path("type").asText().equals("refusal");
          for (JsonNode token : part.path("logprobs")) {
            logProbabilities.add(token.path("logprob").asDouble());
          }
        }
      }
      stop(whole.path("incomplete_details").path("reason"));
    }

    private void gemini(JsonNode piece) {
      JsonNode candidate = piece.path("candidates").path(0);
      for (JsonNode part : candidate.path("content").path("parts")) {
        tools |= part.has("functionCall");
        if (!part.path("thought").asBoolean()) {
          text.append(part.path("text").asText(""));
        }
      }
      stop(candidate.path("finishReason"));
      stop(piece.path("promptFeedback").path("blockReason"));
      JsonNode mean = candidate.path("avgLogprobs");
      if (mean.isNumber()) {
        logProbabilities.clear();
        logProbabilities.add(mean.asDouble());
      }
    }

    private void stop(JsonNode reason) {
      if (reason.isTextual()) {
        stop = reason.asText();
      }
    }

    AnswerText done() {
      Double mean =
          logProbabilities.isEmpty()
              ? null
              : Double.valueOf(
                  logProbabilities.stream().mapToDouble(Double::doubleValue).average().orElse(0));
      return new AnswerText(text.toString(), stop, refused, tools, mean);
    }
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application.Turn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The conversation in the body of a chat call, as an application takes it.
final class ApplicationInput {
  private ApplicationInput() {}

  /// @throws GatewayException `FIELD_INVALID` for what an application cannot do
  static List<Turn> turns(CallTicket ticket) {
    JsonNode call;
    try {
      call = Json.MAPPER.readTree(ticket.body().getBytes());
    } catch (IOException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "body: a field stands twice, or it is no JSON", null, e);
    }
    return ticket.endpoint() == Endpoint.CHAT_COMPLETIONS
        ? ofChat(call)
        : ofDialect(Translations.dialect(ticket.endpoint()), call);
  }

  /// What changes no answer of an application goes unheard, as in OpenAI's dialect: how a model
  /// would pick its words.
  private static List<Turn> ofDialect(Dialect dialect, JsonNode call) {
    ModelRequest read;
    try {
      read = dialect.readRequest(call);
    } catch (DialectException e) {
      throw invalid(e.field(), String.valueOf(e.getMessage()));
    }
    Long candidates = read.sampling().candidates();
    if (candidates != null && candidates > 1) {
      throw invalid(field(dialect, Feature.CANDIDATES), "an application gives one answer");
    }
    if (!read.system().isEmpty()) {
      throw invalid("system", "an application has its own instructions");
    }
    if (!read.tools().isEmpty()) {
      throw invalid(field(dialect, Feature.TOOLS), "an application has its own tools");
    }
    if (!(read.form() instanceof OutputForm.Text)) {
      throw invalid(field(dialect, Feature.JSON_SCHEMA), "an application answers in text");
    }
    read.leftovers().stream()
        .filter(leftover -> !leftover.harmless())
        .findFirst()
        .ifPresent(
            leftover -> {
              throw invalid(leftover.field(), "cannot be said to an application");
            });
    List<Turn> turns = read.turns().stream().map(ApplicationInput::turn).toList();
    if (turns.isEmpty() || turns.getLast().by() != Turn.By.USER) {
      throw invalid("messages", "the last one must be the user's");
    }
    return turns;
  }

  private static String field(Dialect dialect, Feature feature) {
    String field = dialect.callerField(feature);
    return field == null ? feature.name() : field;
  }

  private static Turn turn(ModelRequest.Turn turn) {
    Turn.By by =
        switch (turn.role()) {
          case USER -> Turn.By.USER;
          case ASSISTANT -> Turn.By.APPLICATION;
          case SYSTEM -> throw invalid("messages", "an application has its own instructions");
        };
    StringBuilder text = new StringBuilder();
    for (Part part : turn.parts()) {
      if (!(part instanceof Part.Text said)) {
        throw invalid("messages", "an application takes text only");
      }
      text.append(text.isEmpty() ? "" : "\n").append(said.text());
    }
    return new Turn(by, text.toString());
  }

  private static List<Turn> ofChat(JsonNode call) {
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

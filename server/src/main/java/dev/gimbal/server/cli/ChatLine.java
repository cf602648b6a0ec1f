package dev.gimbal.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One prompt to one answer: retries what may succeed later, and asks again, with the reason, for
/// an
/// answer that does not fit the schema.
final class ChatLine {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final ApiClient client;
  private final String model;
  private final @Nullable String system;
  private final @Nullable AnswerSchema schema;
  private final @Nullable Integer maxTokens;
  private final int tries;

  ChatLine(
      ApiClient client,
      String model,
      @Nullable String system,
      @Nullable AnswerSchema schema,
      @Nullable Integer maxTokens,
      int tries) {
    this.client = client;
    this.model = model;
    this.system = system;
    this.schema = schema;
    this.maxTokens = maxTokens;
    this.tries = tries;
  }

  /// What became of a line.
  ///
  /// @param value the answer as JSON, where a schema was given
  /// @param error code of the failure; null if there is an answer
  record Outcome(
      @Nullable String text,
      @Nullable JsonNode value,
      @Nullable String error,
      @Nullable String message,
      int attempts,
      long milliseconds) {

    /// The line that a program reads.
    String json(int number) {
      if (error != null) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.putObject("error").put("code", error).put("message", message);
        return Json.write(object.put("line", number));
      }
      return value != null
          ? Json.write(value)
          : Json.write(Map.of("line", number, "text", String.valueOf(text)));
    }

    /// The line of the log.
    Map<String, Object> record(int number) {
      Map<String, Object> record = new LinkedHashMap<>();
      record.put("line", number);
      record.put("outcome", error == null ? "answered" : error);
      record.put("attempts", attempts);
      record.put("took_ms", milliseconds);
      return record;
    }
  }

  /// @throws FailedException if the server cannot be reached at all
  Outcome ask(String prompt) throws FailedException {
    long start = System.nanoTime();
    ArrayNode messages = Json.MAPPER.createArrayNode();
    if (instruction() != null) {
      messages.addObject().put("role", "system").put("content", instruction());
    }
    messages.addObject().put("role", "user").put("content", prompt);
    String code = "answer_invalid";
    String message = "";
    for (int attempt = 1; attempt <= tries; attempt++) {
      try {
        String text = send(messages);
        Fit fit = fit(text);
        if (fit.problem() == null) {
          return new Outcome(text, fit.value(), null, null, attempt, since(start));
        }
        message = "the answer does not fit the schema: " + fit.problem();
        messages.addObject().put("role", "assistant").put("content", text);
        messages
            .addObject()
            .put("role", "user")
            .put("content", "That is not valid: " + fit.problem() + ". Answer again, JSON only.");
      } catch (FailedException e) {
        if (e.exit() == Exit.UNREACHABLE && e.status() == 0 && attempt == tries) {
          throw e;
        }
        code = e.code();
        message = e.line();
        if (!e.retryable()) {
          return new Outcome(null, null, code, message, attempt, since(start));
        }
        if (attempt < tries) {
          pause(attempt);
        }
      }
    }
    return new Outcome(null, null, code, message, tries, since(start));
  }

  private record Fit(@Nullable JsonNode value, @Nullable String problem) {}

  private Fit fit(String text) {
    if (schema == null) {
      return new Fit(null, null);
    }
    try {
      JsonNode value = Json.tree(withoutFence(text));
      String violations = schema.violations(value);
      return violations.isEmpty() ? new Fit(value, null) : new Fit(null, violations);
    } catch (JsonProcessingException e) {
      return new Fit(null, "it is not JSON");
    }
  }

  private String send(ArrayNode messages) throws FailedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    body.set("messages", messages);
    if (maxTokens != null) {
      body.put("max_tokens", maxTokens);
    }
    if (schema != null) {
      ObjectNode format = body.putObject("response_format").put("type", "json_schema");
      format.putObject("json_schema").put("name", "answer").put("strict", true);
      ((ObjectNode) format.path("json_schema")).set("schema", schema.tree());
    }
    return client.post("/v1/chat/completions", body).at("/choices/0/message/content").asText();
  }

  private @Nullable String instruction() {
    if (schema == null) {
      return system;
    }
    String rule =
        "Answer with one JSON value and nothing else. It must fit this JSON schema: "
            + Json.write(schema.tree());
    return system == null ? rule : system + "\n\n" + rule;
  }

  /// Models like to wrap JSON in a fence of Markdown.
  private static String withoutFence(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("```") && stripped.endsWith("```") && stripped.length() > 6) {
      int line = stripped.indexOf('\n');
      return line < 0 ? stripped : stripped.substring(line + 1, stripped.length() - 3);
    }
    return stripped;
  }

  private static void pause(int attempt) throws FailedException {
    try {
      Thread.sleep(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(Exit.FAILED, "interrupted");
    }
  }

  private static long since(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}

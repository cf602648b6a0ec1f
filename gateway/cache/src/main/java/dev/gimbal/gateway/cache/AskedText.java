package dev.gimbal.gateway.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.Languages;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the user of a call asked last, and everything else that the call says. Two calls are
/// compared by meaning only where everything else is equal to the byte: tenant, model, scope, the
/// system prompt, every earlier turn, tools, settings, and the language of the question.
///
/// @param kin equal for calls that differ in nothing but the question
/// @param text the question
record AskedText(CacheKey kin, String language, String text) {
  /// A longer text is not a question: small differences in it are lost on an embedding.
  private static final int LONGEST = 1_000;

  /// Reads any of the dialects; empty if the last turn is not one text of the user.
  static Optional<AskedText> of(Question question) {
    try (JsonParser parser = RequestKey.JSON.createParser(question.body())) {
      if (!(Json.MAPPER.readTree(parser) instanceof ObjectNode call)) {
        return Optional.empty();
      }
      String text = takeOut(call);
      if (text == null || text.isBlank() || text.length() > LONGEST) {
        return Optional.empty();
      }
      String language = Languages.of(text);
      CanonicalJson rest = new CanonicalJson(RequestKey.DROPPED);
      try (JsonParser tokens = Json.MAPPER.treeAsTokens(call.put("\0language", language))) {
        rest.read(tokens, (path, token, at) -> {});
      }
      return Optional.of(new AskedText(CacheKey.of(question, rest.bytes()), language, text));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The question, which is blank in `call` afterwards; null if there is none.
  private static @Nullable String takeOut(ObjectNode call) {
    for (String turns : List.of("messages", "contents", "input")) {
      JsonNode field = call.path(turns);
      if (field.isTextual()) {
        call.put(turns, "");
        return field.textValue();
      }
      if (field instanceof ArrayNode list && !list.isEmpty()) {
        return list.get(list.size() - 1) instanceof ObjectNode last ? ofTurn(last) : null;
      }
    }
    return null;
  }

  private static @Nullable String ofTurn(ObjectNode turn) {
    String role = turn.path("role").asText("user");
    String type = turn.path("type").asText("message");
    if (!role.equals("user") || !type.equals("message")) {
      return null;
    }
    String field = turn.has("parts") ? "parts" : "content";
    JsonNode content = turn.path(field);
    if (content.isTextual()) {
      turn.put(field, "");
      return content.textValue();
    }
    boolean single = content.isArray() && content.size() == 1;
    return single && content.get(0) instanceof ObjectNode part && part.path("text").isTextual()
        ? blank(part)
        : null;
  }

  private static String blank(ObjectNode part) {
    String text = part.path("text").textValue();
    part.put("text", "");
    return text;
  }
}

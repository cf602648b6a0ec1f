package dev.gimbal.gateway.provider.local.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.local.child.GenerationRequest.Message;
import dev.gimbal.gateway.provider.local.child.GenerationRequest.Sampling;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a call asks of a local model. A field that would change the answer and that local models do
/// not know is refused by name, never dropped.
///
/// @param messages of a chat; null where there is a prompt
/// @param schema that the answer must fit; null: any text
record GenerationInput(
    @Nullable List<Message> messages,
    @Nullable String prompt,
    @Nullable Integer maxTokens,
    Sampling sampling,
    List<String> stop,
    @Nullable JsonNode schema,
    boolean includeUsage) {

  private static final int STOPS_AT_MOST = 4;

  /// @throws GatewayException [GatewayError#FIELD_INVALID] naming the field
  static GenerationInput read(Endpoint endpoint, byte[] body) {
    JsonNode tree;
    try {
      tree = Json.tree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new GatewayException(GatewayError.FIELD_INVALID, "body", "is not JSON");
    }
    boolean chat = endpoint == Endpoint.CHAT_COMPLETIONS;
    KnownFields.check(tree, chat);
    Fields fields = new Fields(tree);
    return new GenerationInput(
        chat ? ChatMessages.read(tree.path("messages")) : null,
        chat ? null : prompt(tree.path("prompt")),
        maxTokens(fields, chat),
        new Sampling(
            fields.number("temperature", 0, 2),
            fields.number("top_p", 0, 1),
            fields.number("min_p", 0, 1),
            fields.whole("top_k", 0, 1_000_000),
            fields.number("frequency_penalty", -2, 2),
            fields.number("presence_penalty", -2, 2),
            seed(tree.path("seed"))),
        stop(tree.path("stop")),
        schema(tree.path("response_format")),
        tree.path("stream_options").path("include_usage").asBoolean());
  }

  private static @Nullable Integer maxTokens(Fields fields, boolean chat) {
    Integer limit = fields.whole("max_tokens", 1, Integer.MAX_VALUE);
    Integer newer = chat ? fields.whole("max_completion_tokens", 1, Integer.MAX_VALUE) : null;
    if (limit != null && newer != null) {
      throw invalid("max_completion_tokens", "stands beside max_tokens, its older name");
    }
    return newer != null ? newer : limit;
  }

  private static String prompt(JsonNode prompt) {
    if (prompt.isTextual()) {
      return prompt.asText();
    }
    if (prompt.isArray() && prompt.size() == 1 && prompt.get(0).isTextual()) {
      return prompt.get(0).asText();
    }
    throw invalid("prompt", "must be one text");
  }

  /// The engine's seed is 32 bits wide.
  private static @Nullable Integer seed(JsonNode seed) {
    if (seed.isMissingNode() || seed.isNull()) {
      return null;
    }
    if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
      throw invalid("seed", "must be a whole number");
    }
    return Long.hashCode(seed.longValue()) & Integer.MAX_VALUE;
  }

  private static List<String> stop(JsonNode stop) {
    List<String> stops = new ArrayList<>();
    if (stop.isTextual()) {
      stops.add(stop.asText());
    } else if (stop.isArray()) {
      stop.forEach(text -> stops.add(text.isTextual() ? text.asText() : ""));
    } else if (!stop.isMissingNode() && !stop.isNull()) {
      throw invalid("stop", "must be text or a list of texts");
    }
    if (stops.size() > STOPS_AT_MOST || stops.contains("")) {
      throw invalid("stop", "must hold up to " + STOPS_AT_MOST + " texts, none of them empty");
    }
    return stops;
  }

  private static @Nullable JsonNode schema(JsonNode format) {
    if (format.isMissingNode() || format.isNull()) {
      return null;
    }
    return switch (format.path("type").asText()) {
      case "text" -> null;
      case "json_object" -> JsonNodeFactory.instance.objectNode().put("type", "object");
      case "json_schema" -> {
        JsonNode schema = format.path("json_schema").path("schema");
        if (!schema.isObject()) {
          throw invalid("response_format.json_schema.schema", "must be a JSON schema");
        }
        yield schema;
      }
      default -> throw invalid("response_format.type", "must be text, json_object or json_schema");
    };
  }

  static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }

  private record Fields(JsonNode tree) {

    @Nullable Double number(String name, double least, double most) {
      JsonNode value = tree.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return null;
      }
      if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
        throw invalid(name, "must be %s to %s".formatted(Fields.plain(least), Fields.plain(most)));
      }
      return value.doubleValue();
    }

    @Nullable Integer whole(String name, int least, int most) {
      JsonNode value = tree.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return null;
      }
      if (!value.canConvertToInt()
          || !value.isIntegralNumber()
          || value.intValue() < least
          || value.intValue() > most) {
        throw invalid(name, "must be a whole number, %d to %d".formatted(least, most));
      }
      return value.intValue();
    }

    private static String plain(double bound) {
      return Long.toString(Math.round(bound));
    }
  }
}

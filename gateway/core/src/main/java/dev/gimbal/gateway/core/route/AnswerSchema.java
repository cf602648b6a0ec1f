package dev.gimbal.gateway.core.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// Whether an answer is the JSON that its call asked for. Of JSON Schema it knows types, objects,
/// arrays, bounds, choices and references inside the schema; it knows no patterns, which could be
/// made to take for ever. A keyword that it does not know is held to be met.
final class AnswerSchema {
  private static final int DEEPEST = 64;

  private final JsonNode root;

  private AnswerSchema(JsonNode root) {
    this.root = root;
  }

  /// The schema that a call asks its answer to fit: an empty one where any JSON will do; nothing if
  /// the call asks for text.
  ///
  /// @throws IOException if the call is no JSON
  static Optional<AnswerSchema> of(Endpoint endpoint, byte[] call) throws IOException {
    JsonNode body = Json.MAPPER.readTree(call);
    JsonNode format =
        switch (endpoint) {
          case RESPONSES -> body.path("text").path("format");
          case MESSAGES ->
              body.has("output_format")
                  ? body.path("output_format")
                  : body.path("output_config").path("format");
          case GENERATE_CONTENT -> gemini(body);
          default -> body.path("response_format");
        };
    if (endpoint == Endpoint.GENERATE_CONTENT) {
      return format.isMissingNode() ? Optional.empty() : Optional.of(new AnswerSchema(format));
    }
    String type = format.path("type").asText();
    if (type.equals("json_schema")) {
      JsonNode named = format.path("json_schema").path("schema");
      return Optional.of(new AnswerSchema(named.isMissingNode() ? format.path("schema") : named));
    }
    return type.equals("json_object")
        ? Optional.of(new AnswerSchema(Json.MAPPER.createObjectNode()))
        : Optional.empty();
  }

  private static JsonNode gemini(JsonNode body) {
    JsonNode config = body.path("generationConfig");
    for (String name : new String[] {"responseJsonSchema", "responseSchema"}) {
      if (config.has(name)) {
        return config.path(name);
      }
    }
    return config.path("responseMimeType").asText().equals("application/json")
        ? Json.MAPPER.createObjectNode()
        : Json.MAPPER.missingNode();
  }

  /// Whether a text is JSON that fits.
  boolean fits(String text) {
    try {
      JsonNode value = Json.MAPPER.readTree(text);
      return value != null && !value.isMissingNode() && fits(value, root, 0);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private boolean fits(JsonNode value, JsonNode schema, int depth) {
    if (depth > DEEPEST) {
      return false;
    }
    if (!schema.isObject()) {
      return !schema.isBoolean() || schema.asBoolean();
    }
    String reference = schema.path("$ref").asText();
    if (reference.startsWith("#") && !fits(value, root.at(reference.substring(1)), depth + 1)) {
      return false;
    }
    return typed(value, schema)
        && listed(value, schema)
        && bounded(value, schema)
        && object(value, schema, depth)
        && array(value, schema, depth)
        && combined(value, schema, depth);
  }

  private static boolean typed(JsonNode value, JsonNode schema) {
    JsonNode type = schema.path("type");
    if (value.isNull() && schema.path("nullable").asBoolean()) {
      return true;
    }
    if (type.isArray()) {
      for (JsonNode each : type) {
        if (is(value, each.asText())) {
          return true;
        }
      }
      return false;
    }
    return type.isMissingNode() || is(value, type.asText());
  }

  /// Gemini writes types in capitals.
  private static boolean is(JsonNode value, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.asDouble() == Math.rint(value.asDouble());
      case "null" -> value.isNull();
      default -> true;
    };
  }

  private static boolean listed(JsonNode value, JsonNode schema) {
    if (schema.has("const") && !schema.path("const").equals(value)) {
      return false;
    }
    if (!schema.has("enum")) {
      return true;
    }
    for (JsonNode each : schema.path("enum")) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean bounded(JsonNode value, JsonNode schema) {
    if (value.isNumber()) {
      double number = value.asDouble();
      return number >= bound(schema, "minimum", Double.NEGATIVE_INFINITY)
          && number <= bound(schema, "maximum", Double.POSITIVE_INFINITY)
          && number > bound(schema, "exclusiveMinimum", Double.NEGATIVE_INFINITY)
          && number < bound(schema, "exclusiveMaximum", Double.POSITIVE_INFINITY);
    }
    if (value.isTextual()) {
      String text = value.asText();
      int length = text.codePointCount(0, text.length());
      return length >= bound(schema, "minLength", 0)
          && length <= bound(schema, "maxLength", Double.POSITIVE_INFINITY);
    }
    return true;
  }

  private static double bound(JsonNode schema, String name, double otherwise) {
    return schema.path(name).isNumber() ? schema.path(name).asDouble() : otherwise;
  }

  private boolean object(JsonNode value, JsonNode schema, int depth) {
    if (!value.isObject()) {
      return true;
    }
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        return false;
      }
    }
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    for (var field : value.properties()) {
      JsonNode known = properties.path(field.getKey());
      JsonNode due = known.isMissingNode() ? others : known;
      if (!due.isMissingNode() && !fits(field.getValue(), due, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean array(JsonNode value, JsonNode schema, int depth) {
    if (!value.isArray()) {
      return true;
    }
    if (value.size() < bound(schema, "minItems", 0)
        || value.size() > bound(schema, "maxItems", Double.POSITIVE_INFINITY)) {
      return false;
    }
    JsonNode items = schema.path("items");
    for (JsonNode item : value) {
      if (!items.isMissingNode() && !fits(item, items, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean combined(JsonNode value, JsonNode schema, int depth) {
    for (JsonNode each : schema.path("allOf")) {
      if (!fits(value, each, depth + 1)) {
        return false;
      }
    }
    return (!schema.has("anyOf") || count(value, schema.path("anyOf"), depth) > 0)
        && (!schema.has("oneOf") || count(value, schema.path("oneOf"), depth) == 1);
  }

  private int count(JsonNode value, JsonNode choices, int depth) {
    int fitting = 0;
    for (JsonNode each : choices) {
      fitting += fits(value, each, depth + 1) ? 1 : 0;
    }
    return fitting;
  }
}

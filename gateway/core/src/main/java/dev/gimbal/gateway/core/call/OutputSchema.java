package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import java.util.List;
import java.util.Set;

/// A schema of a caller's. What it refers to must stand in itself: nothing is fetched. Patterns are
/// not checked, since a caller could write one that takes years. Checking may take milliseconds.
/// Thread-safe.
final class OutputSchema {
  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

  /// Addresses of the schema itself and its language: they would be looked for.
  private static final List<String> ADDRESSES = List.of("$schema", "$id", "id", "$vocabulary");

  private static final List<String> PATTERNS = List.of("pattern", "patternProperties");
  private static final int DEEPEST = 100;
  private static final int MOST_FAULTS = 10;

  private final JsonSchema schema;

  private OutputSchema(JsonSchema schema) {
    this.schema = schema;
  }

  /// @throws GatewayException `FIELD_INVALID` if it is none, or refers elsewhere
  static OutputSchema of(JsonNode declared) {
    JsonNode own = declared.deepCopy();
    clean(own, 0);
    try {
      return new OutputSchema(JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(own));
    } catch (RuntimeException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "response_format: is no JSON Schema", null, e);
    }
  }

  private static void clean(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "response_format", "nests deeper than " + DEEPEST);
    }
    for (String reference : REFERENCES) {
      JsonNode to = node.path(reference);
      if (to.isTextual() && !to.textValue().startsWith("#")) {
        throw new GatewayException(
            GatewayError.FIELD_INVALID, "response_format", reference + " must begin with #");
      }
    }
    if (node instanceof ObjectNode object) {
      boolean keyword = object.has("type") || object.has("properties") || depth == 0;
      for (String address : ADDRESSES) {
        if (keyword && object.path(address).isTextual()) {
          object.remove(address);
        }
      }
      if (object.path("pattern").isTextual()) {
        object.remove(PATTERNS);
      }
    }
    node.forEach(inner -> clean(inner, depth + 1));
  }

  /// What is wrong with a value; empty if nothing is. At most ten faults.
  List<String> faults(JsonNode value) {
    try {
      return schema.validate(value).stream()
          .map(ValidationMessage::getMessage)
          .limit(MOST_FAULTS)
          .toList();
    } catch (StackOverflowError e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "response_format", "refers to itself without an end");
    } catch (RuntimeException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "response_format: cannot be checked", null, e);
    }
  }
}

package dev.gimbal.gateway.provider.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The fields of an embeddings call that a local model understands.
///
/// @param base64 whether vectors are wanted as base64 of little-endian floats
record EmbeddingInput(List<String> texts, boolean base64) {
  static final int MOST_TEXTS = 2048;

  EmbeddingInput {
    texts = List.copyOf(texts);
  }

  /// @throws GatewayException [GatewayError#FIELD_INVALID] naming the field
  static EmbeddingInput read(byte[] body, int dimensions) {
    JsonNode tree;
    try {
      tree = Json.tree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new GatewayException(GatewayError.FIELD_INVALID, "body", "is not JSON");
    }
    String format = tree.path("encoding_format").asText("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID,
          "encoding_format",
          "must be float or base64, but is " + format);
    }
    JsonNode wanted = tree.path("dimensions");
    if (!wanted.isMissingNode() && !wanted.isNull() && wanted.asInt(-1) != dimensions) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID,
          "dimensions",
          "this model has " + dimensions + ", but " + wanted.asText() + " are asked for");
    }
    return new EmbeddingInput(texts(tree.path("input")), format.equals("base64"));
  }

  private static List<String> texts(JsonNode input) {
    List<String> texts = new ArrayList<>();
    if (input.isTextual()) {
      texts.add(input.asText());
    } else if (input.isArray()) {
      for (JsonNode item : input) {
        if (item.getNodeType() != JsonNodeType.STRING) {
          throw new GatewayException(
              GatewayError.FIELD_INVALID,
              "input[" + texts.size() + "]",
              "must be text; token numbers are not understood by local models");
        }
        texts.add(item.asText());
      }
    } else {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "input", "must be text or a list of texts");
    }
    if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID,
          "input",
          "must hold 1 to " + MOST_TEXTS + " texts, but holds " + texts.size());
    }
    return texts;
  }
}

package dev.gimbal.gateway.provider.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/// Vectors that mean nothing: the same text always gets the same one, another text another. So
/// whatever works with vectors can be tried, or measured, without the cost of a model.
final class FakeVectors {
  static final String MODEL = "embedding";
  static final int DIMENSIONS = 384;
  private static final int MOST_TEXTS = 2_048;

  private FakeVectors() {}

  /// The answer to an embeddings call in OpenAI's form.
  static Buffer answer(JsonNode call) {
    JsonNode input = call.path("input");
    boolean base64 = call.path("encoding_format").asText("float").equals("base64");
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = answer.putArray("data");
    if (input.isTextual()) {
      add(data, input.textValue(), base64);
    } else {
      input.forEach(one -> add(data, text(one), base64));
    }
    if (data.isEmpty() || data.size() > MOST_TEXTS) {
      throw invalid("must be text or a list of 1 to " + MOST_TEXTS + " texts");
    }
    answer.put("model", "fake/" + MODEL);
    answer.putObject("usage").put("prompt_tokens", 0).put("total_tokens", 0);
    return Buffer.buffer(Json.bytes(answer));
  }

  private static String text(JsonNode one) {
    if (!one.isTextual()) {
      throw invalid("must hold texts");
    }
    return one.textValue();
  }

  private static void add(ArrayNode data, String text, boolean base64) {
    ObjectNode item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
    float[] vector = vector(text);
    if (base64) {
      ByteBuffer bytes =
          ByteBuffer.allocate(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
    } else {
      ArrayNode numbers = item.putArray("embedding");
      for (float number : vector) {
        numbers.add(number);
      }
    }
  }

  /// Of length 1; its direction follows from a hash of the text (xorshift from that seed).
  static float[] vector(String text) {
    float[] vector = new float[DIMENSIONS];
    long state = 0x9E3779B97F4A7C15L ^ ((long) text.hashCode() << 32 | text.length());
    double square = 0;
    for (int at = 0; at < DIMENSIONS; at++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      vector[at] = (int) (state >> 40) / (float) (1 << 23);
      square += (double) vector[at] * vector[at];
    }
    float scale = (float) (1 / Math.sqrt(square));
    for (int at = 0; at < DIMENSIONS; at++) {
      vector[at] *= scale;
    }
    return vector;
  }

  private static GatewayException invalid(String why) {
    return new GatewayException(GatewayError.FIELD_INVALID, "input", why);
  }
}

package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Vectors in an embedding answer.
final class Vectors {
  private static final float[] NONE = new float[0];

  private Vectors() {}

  /// The vectors in the order of the texts, normalised to length 1.
  ///
  /// @param count how many there must be
  static List<float[]> read(Buffer answer, int count) {
    List<float[]> vectors = new ArrayList<>(Collections.nCopies(count, NONE));
    for (JsonNode item : data(answer)) {
      int index = item.path("index").asInt(-1);
      if (index < 0 || index >= count) {
        throw broken(null);
      }
      vectors.set(index, normalised(vector(item.path("embedding"))));
    }
    if (vectors.contains(NONE)) {
      throw broken(null);
    }
    return List.copyOf(vectors);
  }

  private static JsonNode data(Buffer answer) {
    try {
      return Json.MAPPER.readTree(answer.getBytes()).path("data");
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /// Endpoints that do not know `encoding_format` answer with a list of numbers.
  private static float[] vector(JsonNode embedding) {
    if (!embedding.isTextual()) {
      float[] vector = new float[embedding.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) embedding.get(i).asDouble();
      }
      return vector;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(embedding.textValue());
      float[] vector = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
      return vector;
    } catch (IllegalArgumentException e) {
      throw broken(e);
    }
  }

  private static float[] normalised(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    if (vector.length == 0 || !Double.isFinite(sum)) {
      throw broken(null);
    }
    float scale = sum == 0 ? 0 : (float) (1 / Math.sqrt(sum));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  private static GatewayException broken(@Nullable Exception cause) {
    return new GatewayException(
        GatewayError.UPSTREAM_FAILED, "The provider's vectors are not one a text.", null, cause);
  }
}

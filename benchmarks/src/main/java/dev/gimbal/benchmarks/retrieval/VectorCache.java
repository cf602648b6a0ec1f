package dev.gimbal.benchmarks.retrieval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vectors that `reference/embed.py` has made, by text.
final class VectorCache {
  private static final int KEY_BYTES = 20;

  /// Instructions that the models were trained with, before each query.
  private static final Map<String, String> PREFIXES =
      Map.of(
          "en",
          "Represent this sentence for searching relevant passages: ",
          "zh",
          "为这个句子生成表示以用于检索相关文章：");

  private static final Map<String, Integer> DIMENSIONS = Map.of("en", 384, "zh", 512);

  private final Map<String, Map<String, float[]>> vectors = new HashMap<>();

  VectorCache(Path directory) throws IOException {
    for (Map.Entry<String, Integer> model : DIMENSIONS.entrySet()) {
      Path file = directory.resolve(model.getKey() + ".vec");
      if (Files.exists(file)) {
        vectors.put(model.getKey(), read(file, model.getValue()));
      }
    }
  }

  /// Null if it is not cached.
  float @Nullable [] passage(String model, String text) {
    return vectors.getOrDefault(model, Map.of()).get(key(text));
  }

  /// Null if it is not cached.
  float @Nullable [] query(String model, String text) {
    return passage(model, PREFIXES.getOrDefault(model, "") + text);
  }

  private static Map<String, float[]> read(Path file, int dimensions) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, float[]> vectors = new HashMap<>();
    byte[] key = new byte[KEY_BYTES];
    while (bytes.remaining() >= KEY_BYTES + 4 * dimensions) {
      bytes.get(key);
      float[] vector = new float[dimensions];
      bytes.asFloatBuffer().get(vector);
      bytes.position(bytes.position() + 4 * dimensions);
      vectors.put(HexFormat.of().formatHex(key), vector);
    }
    return vectors;
  }

  private static String key(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.gimbal.benchmarks.cache;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/// An embedding model that the product ships, run as the product runs it: one text, one thread, no
/// prefix. For one thread at a time; remembers what it embedded.
final class SentenceModel implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;
  private final Map<String, float[]> known = new HashMap<>();

  /// @param file as in `bge-small-en-v1.5-q`, on the class path
  SentenceModel(String file) throws IOException, OrtException {
    try (InputStream json = resource(file + "-tokenizer.json");
        InputStream onnx = resource(file + ".onnx");
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      this.tokenizer =
          HuggingFaceTokenizer.newInstance(
              json, Map.of("maxLength", "512", "truncation", "true", "padding", "false"));
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = OrtEnvironment.getEnvironment().createSession(onnx.readAllBytes(), options);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream stream = SentenceModel.class.getResourceAsStream("/" + name);
    if (stream == null) {
      throw new IOException("the class path lacks " + name);
    }
    return stream;
  }

  /// Of length 1.
  float[] embed(String text) throws OrtException {
    float[] vector = known.get(text);
    if (vector == null) {
      vector = run(text);
      known.put(text, vector);
    }
    return vector;
  }

  private float[] run(String text) throws OrtException {
    Encoding encoding = tokenizer.encode(text);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {encoding.getIds()});
        OnnxTensor mask =
            OnnxTensor.createTensor(environment, new long[][] {encoding.getAttentionMask()});
        OnnxTensor types =
            OnnxTensor.createTensor(environment, new long[][] {encoding.getTypeIds()});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      float[] first = new float[(int) output.getInfo().getShape()[2]];
      output.getFloatBuffer().get(first);
      double squares = 0;
      for (float number : first) {
        squares += (double) number * number;
      }
      float length = (float) Math.sqrt(squares);
      for (int at = 0; at < first.length; at++) {
        first[at] /= length;
      }
      return first;
    }
  }

  @Override
  public void close() throws OrtException {
    tokenizer.close();
    session.close();
  }
}

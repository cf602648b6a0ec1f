package dev.gimbal.gateway.provider.local;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One embeddings call: each text is a task of its own on the engine's threads, and whoever ends
/// the last one writes the answer.
final class EmbeddingCall implements UpstreamCall {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingCall.class);

  /// A call that is over.
  static final UpstreamCall NONE =
      new UpstreamCall() {
        @Override
        public void cancel() {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };

  private final EmbeddingEngine engine;
  private final EmbeddingModelFile file;
  private final UpstreamRequest request;
  private final UpstreamListener listener;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();
  private final long deadline;

  EmbeddingCall(
      EmbeddingEngine engine,
      EmbeddingModelFile file,
      UpstreamRequest request,
      UpstreamListener listener) {
    this.engine = engine;
    this.file = file;
    this.request = request;
    this.listener = listener;
    this.deadline = System.nanoTime() + request.whole().toNanos();
  }

  void start() {
    submit(this::readAndSplit);
  }

  private void readAndSplit() {
    EmbeddingInput input = EmbeddingInput.read(request.body().getBytes(), file.dimensions());
    AtomicReferenceArray<float[]> vectors = new AtomicReferenceArray<>(input.texts().size());
    open.set(input.texts().size());
    for (int index = 1; index < input.texts().size(); index++) {
      int at = index;
      submit(() -> embed(input, vectors, at));
    }
    embed(input, vectors, 0);
  }

  private void embed(EmbeddingInput input, AtomicReferenceArray<float[]> vectors, int index) {
    if (over.get()) {
      return;
    }
    if (System.nanoTime() - deadline > 0) {
      fail(GatewayError.UPSTREAM_TIMED_OUT, "the model did not finish within its deadline", null);
      return;
    }
    try {
      EmbeddingSession.Embedded embedded = engine.session(file).embed(input.texts().get(index));
      vectors.set(index, embedded.vector());
      tokens.addAndGet(embedded.tokens());
    } catch (OrtException e) {
      fail(GatewayError.UPSTREAM_FAILED, "the model failed on a text", e);
      return;
    }
    if (open.decrementAndGet() == 0) {
      answer(input, vectors);
    }
  }

  private void submit(Runnable work) {
    try {
      engine.execute(
          request.priority(),
          () -> {
            try {
              work.run();
            } catch (GatewayException e) {
              fail(e);
            } catch (EmbeddingEngine.ModelUnavailableException e) {
              fail(GatewayError.UPSTREAM_FAILED, String.valueOf(e.getMessage()), e);
            } catch (RuntimeException e) {
              LOG.error("embedding with local/{} failed", file.name(), e);
              fail(GatewayError.UPSTREAM_FAILED, "the model failed", e);
            }
          });
    } catch (RejectedExecutionException e) {
      fail(GatewayError.UPSTREAM_BUSY, "too many texts wait for local models", null);
    }
  }

  private void answer(EmbeddingInput input, AtomicReferenceArray<float[]> vectors) {
    Buffer body = Buffer.buffer(json(input, vectors));
    if (over.compareAndSet(false, true)) {
      request
          .context()
          .runOnContext(
              ignored -> {
                listener.head(
                    200,
                    HttpHeaders.headers()
                        .set(HttpHeaders.CONTENT_TYPE, "application/json")
                        .set(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length())));
                listener.data(body);
                listener.end();
              });
    }
  }

  private byte[] json(EmbeddingInput input, AtomicReferenceArray<float[]> vectors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(vectors.length() * 2048);
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      for (int index = 0; index < vectors.length(); index++) {
        json.writeStartObject();
        json.writeStringField("object", "embedding");
        json.writeNumberField("index", index);
        json.writeFieldName("embedding");
        writeVector(json, vectors.get(index), input.base64());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("model", "local/" + file.name());
      json.writeObjectFieldStart("usage");
      json.writeNumberField("prompt_tokens", tokens.get());
      json.writeNumberField("total_tokens", tokens.get());
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  private static void writeVector(JsonGenerator json, float[] vector, boolean base64)
      throws IOException {
    if (base64) {
      ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      json.writeString(Base64.getEncoder().encodeToString(bytes.array()));
      return;
    }
    json.writeStartArray();
    for (float value : vector) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  private void fail(GatewayError error, String message, @Nullable Throwable cause) {
    fail(new GatewayException(error, "local/" + file.name() + ": " + message, null, cause));
  }

  private void fail(GatewayException failure) {
    if (over.compareAndSet(false, true)) {
      request.context().runOnContext(ignored -> listener.failed(failure));
    }
  }

  @Override
  public void cancel() {
    over.set(true);
  }

  @Override
  public void pause() {
    // The answer is one piece and already in memory when it is handed over.
  }

  @Override
  public void resume() {
    // See pause.
  }
}

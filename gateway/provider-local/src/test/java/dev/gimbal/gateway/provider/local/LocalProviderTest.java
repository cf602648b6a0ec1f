package dev.gimbal.gateway.provider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.EmbedRequest.Priority;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The packaged models, run for real.
class LocalProviderTest {
  private static final String ENGLISH = "bge-small-en-v1.5";
  private static final String CHINESE = "bge-small-zh-v1.5";

  private static Vertx vertx;
  private static Provider provider;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    provider = LocalModule.create(new LocalConfig(2, 1024, Map.of()), Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    provider.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldPutTheAnswerNearerToItsQuestionThanAnotherText() {
    List<float[]> vectors =
        floats(
            ENGLISH,
            "How long is parental leave?",
            "Employees may take sixteen weeks off after the birth of a child.",
            "The printer on the third floor needs toner.");

    assertThat(dot(vectors.get(0), vectors.get(1)))
        .isGreaterThan(dot(vectors.get(0), vectors.get(2)));
  }

  @Test
  void shouldEmbedChineseWithTheChineseModel() {
    List<float[]> vectors = floats(CHINESE, "年假有几天？", "员工每年享有十五天带薪休假。", "打印机在三楼。");

    assertThat(vectors.getFirst()).hasSize(512);
    assertThat(dot(vectors.get(0), vectors.get(1)))
        .isGreaterThan(dot(vectors.get(0), vectors.get(2)));
  }

  @Test
  void shouldAnswerVectorsOfLengthOneInTheOrderOfTheTexts() {
    List<float[]> together = floats(ENGLISH, "one", "two", "three");
    List<float[]> alone = floats(ENGLISH, "three");

    assertThat(together.get(2)).containsExactly(alone.getFirst());
    assertThat(together)
        .allSatisfy(vector -> assertThat(dot(vector, vector)).isCloseTo(1.0, within(1e-5)));
  }

  @Test
  void shouldSeeAtMostItsWindowOfALongText() {
    JsonNode answer =
        call(ENGLISH, Map.of("input", String.join(" ", Collections.nCopies(5000, "gimbal"))));

    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(EmbeddingModelFile.WINDOW);
  }

  @Test
  void shouldAnswerTheSameVectorAsBase64WhenAskedFor() {
    byte[] bytes =
        Base64.getDecoder()
            .decode(
                call(ENGLISH, Map.of("input", "hello", "encoding_format", "base64"))
                    .at("/data/0/embedding")
                    .asText());
    float[] vector = new float[384];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);

    assertThat(vector).containsExactly(floats(ENGLISH, "hello").getFirst());
  }

  @Test
  void shouldNameTheFieldThatIsWrong() {
    assertThat(failure(ENGLISH, Map.of("input", List.of())).getMessage()).startsWith("input:");
    assertThat(failure(ENGLISH, Map.of("input", List.of(1, 2))).getMessage())
        .startsWith("input[0]:");
    assertThat(failure(ENGLISH, Map.of("input", "x", "dimensions", 100)).getMessage())
        .startsWith("dimensions:");
    assertThat(failure(ENGLISH, Map.of("input", "x", "encoding_format", "hex")).getMessage())
        .startsWith("encoding_format:");
  }

  @Test
  void shouldRefuseAModelThatItDoesNotHave() {
    assertThat(failure("bge-large", Map.of("input", "x")).errorCode())
        .isEqualTo(GatewayError.MODEL_UNKNOWN);
  }

  @Test
  void shouldSayThatItIsBusyWhenItsQueueIsFull() {
    try (Provider small = LocalModule.create(new LocalConfig(1, 4, Map.of()), Clock.systemUTC())) {
      GatewayException failure =
          failure(small, ENGLISH, Map.of("input", Collections.nCopies(500, "text")));

      assertThat(failure.errorCode()).isEqualTo(GatewayError.UPSTREAM_BUSY);
    }
  }

  private static List<float[]> floats(String model, String... texts) {
    List<float[]> vectors = new ArrayList<>();
    for (JsonNode item : call(model, Map.of("input", List.of(texts))).path("data")) {
      float[] vector = new float[item.path("embedding").size()];
      for (int at = 0; at < vector.length; at++) {
        vector[at] = (float) item.path("embedding").get(at).asDouble();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int at = 0; at < left.length; at++) {
      sum += (double) left[at] * right[at];
    }
    return sum;
  }

  private static GatewayException failure(String model, Map<String, Object> body) {
    return failure(provider, model, body);
  }

  private static GatewayException failure(Provider asked, String model, Map<String, Object> body) {
    try {
      call(asked, model, body);
      throw new AssertionError("the call went through");
    } catch (CompletionException e) {
      return (GatewayException) e.getCause();
    }
  }

  private static JsonNode call(String model, Map<String, Object> body) {
    return call(provider, model, body);
  }

  private static JsonNode call(Provider asked, String model, Map<String, Object> body) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    Duration patience = Duration.ofSeconds(60);
    UpstreamRequest request =
        new UpstreamRequest(
            vertx.getOrCreateContext(),
            Endpoint.EMBEDDINGS,
            model,
            Buffer.buffer(Json.bytes(body)),
            false,
            null,
            patience,
            Priority.INTERACTIVE,
            TraceContext.begin(),
            null);
    asked.start(request, new Collector(answer));
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static final class Collector implements UpstreamListener {
    private final CompletableFuture<JsonNode> answer;
    private final Buffer bytes = Buffer.buffer();

    Collector(CompletableFuture<JsonNode> answer) {
      this.answer = answer;
    }

    @Override
    public void head(int status, MultiMap headers) {
      assertThat(status).isEqualTo(200);
    }

    @Override
    public void data(Buffer piece) {
      bytes.appendBuffer(piece);
    }

    @Override
    public void end() {
      try {
        answer.complete(Json.tree(bytes.toString()));
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void failed(GatewayException failure) {
      answer.completeExceptionally(failure);
    }
  }
}

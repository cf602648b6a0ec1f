package dev.gimbal.gateway.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.EmbedRequest.Priority;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.local.generation.GenerationConfig;
import dev.gimbal.gateway.testing.SmallModel;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real small model in a real child process.
class GenerationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CONTEXT = 512;

  /// The model goes on like this as long as it may: for minutes, where the context is long.
  private static final String ENDLESS = "one two ".repeat(12) + "one";

  private static final int LONG_CONTEXT = 8192;

  @TempDir static Path place;
  private static Vertx vertx;
  private static LocalProvider provider;

  @BeforeAll
  static void start() throws Exception {
    Path file = SmallModel.file();
    Path text = Files.writeString(place.resolve("text.gguf"), "This is no model at all.");
    vertx = Vertx.vertx();
    Map<String, GenerationConfig> models = new LinkedHashMap<>();
    models.put("small", config(file, CONTEXT, 2, Duration.ofMinutes(10)));
    models.put("endless", config(file, LONG_CONTEXT, 1, Duration.ofMinutes(10)));
    models.put("brief", config(file, 64, 1, Duration.ofMillis(200)));
    models.put("missing", config(place.resolve("none.gguf"), CONTEXT, 1, Duration.ofMinutes(10)));
    models.put("text", config(text, CONTEXT, 1, Duration.ofMinutes(10)));
    provider = new LocalProvider(new LocalConfig(1, 16, models), Clock.systemUTC());
  }

  private static GenerationConfig config(
      Path file, int context, int parallel, Duration unloadAfter) {
    return new GenerationConfig(file, context, 1, parallel, 4, unloadAfter);
  }

  @AfterAll
  static void stop() {
    if (provider != null) {
      provider.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /// With one call at a time: where several share a batch, near ties fall either way.
  @Test
  void shouldWriteTheSameAnswerWholeAndStreamedWithItsUsage() {
    JsonNode whole = chat("endless", "Name three fruits.", Map.of("max_tokens", 60)).whole();
    Call streamed =
        chat(
            "endless",
            "Name three fruits.",
            Map.of(
                "max_tokens", 60, "stream", true, "stream_options", Map.of("include_usage", true)));
    List<JsonNode> events = streamed.events();

    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText("")));
    assertThat(whole.at("/choices/0/message/content").asText()).isEqualTo(text.toString());
    assertThat(text.toString()).hasSizeGreaterThan(10);
    assertThat(events).hasSizeGreaterThan(5);
    assertThat(events.getLast().path("usage")).isEqualTo(whole.path("usage"));
    assertThat(whole.at("/usage/prompt_tokens").asInt()).isBetween(10, 60);
    assertThat(whole.at("/usage/completion_tokens").asInt()).isBetween(5, 60);
  }

  @Test
  void shouldSayLengthAtTheLimitAndStopWhereTheModelOrTheCallerEnds() {
    JsonNode cut = chat("small", "Name three fruits.", Map.of("max_tokens", 5)).whole();
    JsonNode stopped =
        call(
                "small",
                Endpoint.COMPLETIONS,
                Map.of("prompt", "1 2 3 4 5 6", "stop", List.of("9"), "max_tokens", 40))
            .whole();
    JsonNode ended = chat("small", "Say only: Hi.", Map.of("max_completion_tokens", 200)).whole();

    assertThat(cut.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(cut.at("/usage/completion_tokens").asInt()).isEqualTo(5);
    assertThat(stopped.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(stopped.at("/choices/0/text").asText()).contains("7 8").doesNotContain("9");
    assertThat(ended.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(ended.at("/usage/completion_tokens").asInt()).isLessThan(200);
  }

  @Test
  void shouldFitTheSchemaThatIsAskedFor() throws JsonProcessingException {
    Map<String, Object> schema =
        Map.of(
            "type",
            "object",
            "additionalProperties",
            false,
            "required",
            List.of("size", "count"),
            "properties",
            Map.of(
                "size", Map.of("enum", List.of("small", "large")),
                "count", Map.of("type", "integer")));
    JsonNode answer =
        chat(
                "small",
                "Describe an elephant as JSON.",
                Map.of(
                    "max_tokens",
                    120,
                    "response_format",
                    Map.of(
                        "type",
                        "json_schema",
                        "json_schema",
                        Map.of("name", "answer", "schema", schema))))
            .whole();

    JsonNode value = Json.tree(answer.at("/choices/0/message/content").asText());
    assertThat(value.path("size").asText()).isIn("small", "large");
    assertThat(value.path("count").isIntegralNumber()).isTrue();
    assertThat(value).hasSize(2);
  }

  @Test
  void shouldRefuseASchemaThatAbortsTheEngineWithoutHurtingARunningAnswer() {
    Call running = endless("small", 80);
    running.firstEvent();
    List<Long> before = provider.pids();

    GatewayException refusal =
        chat(
                "small",
                "Anything.",
                Map.of(
                    "response_format",
                    Map.of(
                        "type",
                        "json_schema",
                        "json_schema",
                        Map.of("name", "a", "schema", Map.of("type", "banana")))))
            .failure();

    assertThat(refusal.errorCode()).isEqualTo(GatewayError.FIELD_INVALID);
    assertThat(refusal.getMessage()).startsWith("response_format:");
    assertThat(running.events()).hasSizeGreaterThan(20);
    assertThat(provider.pids()).containsAll(before);
  }

  @Test
  void shouldSayThatAPromptIsTooLong() {
    String words = String.join(" ", Collections.nCopies(CONTEXT + 100, "word"));

    GatewayException refusal = chat("small", words, Map.of()).failure();

    assertThat(refusal.errorCode()).isEqualTo(GatewayError.CONTEXT_LENGTH_EXCEEDED);
    assertThat(refusal.getMessage()).contains("512");
  }

  @Test
  void shouldEndWithLengthWhenTheContextIsFull() {
    JsonNode answer = call("brief", Endpoint.COMPLETIONS, Map.of("prompt", ENDLESS)).whole();

    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/usage/total_tokens").asInt()).isBetween(60, 64);
  }

  @Test
  void shouldStopWritingWhenTheCallerGoesAndServeTheNextFromTheSameProcess() {
    Call first = endless("endless", LONG_CONTEXT);
    first.firstEvent();
    List<Long> before = provider.pids();

    first.cancel();

    // One call at a time: this one would wait for minutes for the end of the first.
    assertThat(oneToken("endless")).isOne();
    assertThat(provider.pids()).containsAll(before);
  }

  @Test
  void shouldFailTheCallsOfAKilledProcessAndServeTheNext() {
    Call running = endless("endless", LONG_CONTEXT);
    running.firstEvent();

    provider.pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

    GatewayException failure = running.failure();
    assertThat(failure.errorCode()).isEqualTo(GatewayError.UPSTREAM_FAILED);
    assertThat(failure.errorCode().retryable()).isTrue();
    assertThat(failure.getMessage()).contains("local/endless", "the next call starts another");
    assertThat(oneToken("endless")).isOne();
  }

  private static int oneToken(String model) {
    return chat(model, "Say: Hi.", Map.of("max_tokens", 1))
        .whole()
        .at("/usage/completion_tokens")
        .asInt();
  }

  private static Call endless(String model, int maxTokens) {
    return call(
        model,
        Endpoint.COMPLETIONS,
        Map.of("prompt", ENDLESS, "stream", true, "max_tokens", maxTokens));
  }

  @Test
  void shouldNotTakeControlTokensInAMessageForItsEnd() {
    int plain = promptTokens("ab");
    int quoting = promptTokens("a<|im_end|>b");

    // Taken for what it is, the token would be one more; as text it is several.
    assertThat(quoting - plain).isGreaterThan(4);
  }

  private static int promptTokens(String said) {
    return chat("small", said, Map.of("max_tokens", 1)).whole().at("/usage/prompt_tokens").asInt();
  }

  @Test
  void shouldLeaveNoLibraryBehindWhenItsParentIsKilled() throws Exception {
    oneToken("small");

    for (long pid : provider.pids()) {
      Path folder = Path.of("/proc", Long.toString(pid), "cwd");
      if (Files.exists(folder)) {
        try (var files = Files.list(folder)) {
          assertThat(files).isEmpty();
        }
      }
    }
  }

  @Test
  void shouldUnloadAModelThatIsNotUsed() {
    List<Long> before = provider.pids();
    assertThat(oneToken("brief")).isOne();
    List<Long> fresh = new ArrayList<>(provider.pids());
    fresh.removeAll(before);

    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (fresh.stream().anyMatch(pid -> provider.pids().contains(pid))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() {
    GatewayException missing = chat("missing", "Hi", Map.of()).failure();
    GatewayException text = chat("text", "Hi", Map.of()).failure();

    assertThat(missing.getMessage()).contains("none.gguf", "there is no such file");
    assertThat(text.getMessage()).contains("text.gguf", "no GGUF file");
  }

  @Test
  void shouldListItsModelsWithTheirContext() {
    assertThat(provider.models())
        .filteredOn(model -> model.kind() == Model.Kind.CHAT)
        .extracting(Model::name)
        .containsExactly("brief", "endless", "missing", "small", "text");
    assertThat(provider.models())
        .filteredOn(model -> model.name().equals("small"))
        .extracting(Model::maxTokens)
        .containsExactly(CONTEXT);
  }

  private static Call chat(String model, String said, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("messages", List.of(Map.of("role", "user", "content", said)));
    return call(model, Endpoint.CHAT_COMPLETIONS, body);
  }

  private static Call call(String model, Endpoint endpoint, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("model", model);
    body.put("temperature", 0);
    body.put("seed", 7);
    Call call = new Call();
    UpstreamRequest request =
        new UpstreamRequest(
            call.context,
            endpoint,
            model,
            Buffer.buffer(Json.bytes(body)),
            Boolean.TRUE.equals(more.get("stream")),
            null,
            PATIENCE,
            Priority.INTERACTIVE,
            TraceContext.begin(),
            null);
    call.upstream = provider.start(request, call);
    return call;
  }

  /// Hears one call.
  private static final class Call implements UpstreamListener {
    private static final String DONE = "[DONE]";

    private final Context context = vertx.getOrCreateContext();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private UpstreamCall upstream = EmbeddingCall.NONE;

    private record End() {}

    @Override
    public void head(int status, MultiMap headers) {
      assertThat(status).isEqualTo(200);
    }

    @Override
    public void data(Buffer bytes) {
      heard.add(bytes.toString());
    }

    @Override
    public void end() {
      heard.add(new End());
    }

    @Override
    public void failed(GatewayException failure) {
      heard.add(failure);
    }

    void cancel() {
      context.runOnContext(v -> upstream.cancel());
    }

    private Object next() {
      try {
        Object next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      Object next = next();
      while (next instanceof String piece) {
        text.append(piece);
        next = next();
      }
      assertThat(next).isInstanceOf(End.class);
      return text.toString();
    }

    JsonNode whole() {
      try {
        return Json.tree(text());
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
    }

    void firstEvent() {
      assertThat(next()).isInstanceOf(String.class);
    }

    /// All events but the last, which says that the stream is over.
    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      List<String> lines =
          text()
              .lines()
              .filter(line -> line.startsWith("data: "))
              .map(l -> l.substring(6))
              .toList();
      assertThat(lines.getLast()).isEqualTo(DONE);
      for (String line : lines.subList(0, lines.size() - 1)) {
        try {
          events.add(Json.tree(line));
        } catch (JsonProcessingException e) {
          throw new AssertionError(e);
        }
      }
      return events;
    }

    GatewayException failure() {
      Object next = next();
      while (next instanceof String) {
        next = next();
      }
      assertThat(next).isInstanceOf(GatewayException.class);
      return (GatewayException) next;
    }
  }
}

package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import dev.gimbal.server.e2e.ScriptedUpstream.Reply;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `up --only gateway` with a file: the gateway serves, refuses and remembers without a database.
class GatewayAloneEndToEndIT {
  private static final String KEY = "app-key-of-the-end-to-end-test";
  private static final String READER = "reader-key-of-the-end-to-end-test";
  private static final String HELD = "hold on";
  private static final CountDownLatch GATE = new CountDownLatch(1);
  private static final CountDownLatch HOLDS = new CountDownLatch(1);

  @TempDir static Path data;
  private static ScriptedUpstream upstream;

  private PackagedServer server;

  @BeforeAll
  static void script() throws Exception {
    upstream =
        ScriptedUpstream.start(
            call -> {
              if (ScriptedUpstream.said(call).equals(HELD)) {
                HOLDS.countDown();
                await(GATE);
              }
              return Reply.say("Hello");
            });
    Files.writeString(data.resolve("app.key"), KEY + "\n");
    Files.writeString(data.resolve("reader.key"), READER + "\n");
  }

  @AfterAll
  static void end() {
    GATE.countDown();
    upstream.close();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A call of the script takes 7 and 5 tokens.
  private static String file(String limitUsd, String more) {
    return """
        keys:
          - {name: app, key: "file:%1$s/app.key"}
          - {name: reader, key: "file:%1$s/reader.key", role: administrator}
        providers:
          - {name: up, dialect: openai, base_url: "%2$s"}
        prices:
          - {model: up/m, input_usd_per_million: "1000", output_usd_per_million: "1000"}
        routes:
          - {name: fast, targets: [{model: up/m}]}
          - {name: free, targets: [{model: fake/echo}]}
        budgets:
          - {name: app, scope: {key: app}, limit_usd: "%3$s", period: total}
        guards:
          - {name: mails, kind: pii, places: [prompt], action: block, settings: {entities: [email]}}
        %4$s
        """
        .formatted(data, upstream.baseUrl(), limitUsd, more);
  }

  private void start(Path home, String declared) throws Exception {
    start(home, declared, Map.of());
  }

  private void start(Path home, String declared, Map<String, String> more) throws Exception {
    Files.createDirectories(home);
    Files.writeString(home.resolve("gateway.yaml"), declared);
    Map<String, String> settings = new HashMap<>(more);
    settings.put("GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true");
    server = PackagedServer.startAlone(home, READER, settings);
  }

  private Answer ask(String model, String text, int mostTokens) throws Exception {
    return server.send(
        KEY,
        "POST",
        "/v1/chat/completions",
        Map.of(
            "model",
            model,
            "max_tokens",
            mostTokens,
            "messages",
            List.of(Map.of("role", "user", "content", text))));
  }

  private static ChatCompletionCreateParams.Builder chat(String model, String text) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .maxCompletionTokens(20)
        .addUserMessage(text);
  }

  @Test
  void shouldServeStockClientsRefuseAndFollowItsFileWithoutADatabase() throws Exception {
    Path home = data.resolve("serves");
    start(home, file("2", ""));
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .apiKey(KEY)
            .baseUrl(server.url() + "/v1")
            .maxRetries(0)
            .build();

    assertThat(
            client
                .chat()
                .completions()
                .create(chat("fast", "hi").build())
                .choices()
                .getFirst()
                .message()
                .content())
        .contains("Hello");
    assertThat(StreamedChat.read(client, chat("free", "two words")).text()).contains("two words");
    assertThat(server.send("no-key-of-ours", "GET", "/v1/models", null).status()).isEqualTo(401);
    assertThatThrownBy(
            () -> client.chat().completions().create(chat("fast", "me@example.com").build()))
        .hasMessageContaining("mails");
    assertThat(ask("fast", "too dear", 5_000).status()).isEqualTo(429);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    assertThat(server.get("/metrics").body().asText()).contains("gimbal_calls_total");
    assertThat(server.post("/api/routes", Map.of("name", "x")).body().path("detail").asText())
        .contains("gateway.yaml");
    assertThat(server.get("/api/collections").status()).isEqualTo(501);
    assertThat(server.process().descendants()).isEmpty();
    assertThat(home.resolve("postgres")).doesNotExist();

    Files.writeString(home.resolve("gateway.yaml"), file("2", "roots: []"));
    JsonNode wrong = server.await("/api/gateway-file", state -> state.has("refused"));
    assertThat(wrong.path("refused").asText())
        .contains("roots is not a field here")
        .contains("routes?");
    assertThat(ask("fast", "still", 20).status()).isEqualTo(200);

    Files.writeString(home.resolve("gateway.yaml"), file("9", ""));
    server.await("/api/gateway-file", state -> !state.has("refused"));
    JsonNode budget = server.get("/api/budgets").body().path("data").path(0);
    assertThat(budget.path("limit_usd").asText()).isEqualTo("9");
    // A refusal under the old amount is repeated for a tenth of a second.
    Answer fits = ask("fast", "now it fits", 5_000);
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (fits.status() == 429 && System.nanoTime() < until) {
      fits = ask("fast", "now it fits", 5_000);
    }
    assertThat(fits.status()).as("%s", fits.body()).isEqualTo(200);
  }

  @Test
  void shouldSendItsEvidenceOnAndShowHealthWithoutADatabase() throws Exception {
    Path home = data.resolve("evidence");
    BlockingQueue<byte[]> spans = new LinkedBlockingQueue<>();
    try (Receiver collector = Receiver.start(spans)) {
      start(
          home,
          file("9", ""),
          Map.of(
              "GIMBAL_GATEWAY_CALL_LOG",
              "calls.jsonl",
              "GIMBAL_TELEMETRY_OTLP_ENDPOINT",
              collector.url() + "/v1/traces"));
      assertThat(ask("fast", "hi", 20).status()).isEqualTo(200);
      assertThat(ask("fast", "me@example.com", 20).status()).isEqualTo(400);

      byte[] told = spans.poll(60, TimeUnit.SECONDS);
      assertThat(told).isNotNull();
      assertThat(new String(told, StandardCharsets.ISO_8859_1)).contains("gen_ai.");
      JsonNode health = server.get("/api/providers/up/health").body();
      assertThat(health.path("models").path(0).path("breaker").asText()).isEqualTo("closed");
      assertThat(server.get("/metrics").body().asText())
          .contains("gen_ai_client_operation_duration")
          .contains("gimbal_gateway_guard_verdicts");
      String id = server.get("/api/calls").body().path("data").path(1).path("id").asText();
      assertThat(Files.readString(home.resolve("calls.jsonl"))).contains(id);
    }
  }

  @Test
  void shouldTellAWebhookThatABudgetIsSpentToAShareWithoutADatabase() throws Exception {
    BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
    try (Receiver receiver = Receiver.start(told)) {
      String hook =
          "alert_channels: [{name: hook, kind: webhook, url: \"%s/\"}]".formatted(receiver.url());
      start(
          data.resolve("alerts"),
          file("1", hook).replace("period: total", "period: total, alert_at: [0.01]"));
      assertThat(ask("fast", "hi", 20).status()).isEqualTo(200);

      byte[] body = told.poll(60, TimeUnit.SECONDS);
      assertThat(body).isNotNull();
      JsonNode alert = Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class);
      assertThat(alert.path("kind").asText()).isEqualTo("budget");
      assertThat(alert.path("subject").asText()).isEqualTo("app");
      String id = server.get("/api/alerts").body().path("data").path(0).path("id").asText();
      assertThat(id).isEqualTo(alert.path("id").asText());
      JsonNode sent =
          server.await(
              "/api/alerts/" + id,
              shown -> shown.path("deliveries").path(0).path("state").asText().equals("sent"));
      assertThat(sent.path("deliveries").path(0).path("channel").asText()).isEqualTo("hook");
    }
  }

  @Test
  void shouldRememberRecordsAndSpendingWhenItIsKilled() throws Exception {
    Path home = data.resolve("killed");
    start(home, file("0.2", ""));
    assertThat(ask("fast", "first", 20).status()).isEqualTo(200);
    CompletableFuture<Answer> cut =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ask("fast", HELD, 20);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(HOLDS.await(60, TimeUnit.SECONDS)).isTrue();
    JsonNode before = server.get("/api/calls").body().path("data");
    server.kill();
    assertThat(cut).failsWithin(Duration.ofMinutes(1));

    start(home, file("0.2", ""));
    JsonNode calls = server.get("/api/calls").body().path("data");
    assertThat(before).hasSize(1);
    assertThat(calls).hasSize(2);
    assertThat(calls.path(1).path("id")).isEqualTo(before.path(0).path("id"));
    assertThat(calls.path(1).path("cost_usd").asText()).isEqualTo("0.012");
    JsonNode unknown = calls.path(0);
    assertThat(unknown.path("outcome").asText()).isEqualTo("unknown");
    assertThat(unknown.path("cost_usd")).isEqualTo(unknown.path("reserved_usd"));
    JsonNode spent = server.get("/api/budgets").body().path("data").path(0);
    assertThat(new BigDecimal(spent.path("spent_usd").asText()))
        .isEqualByComparingTo(
            new BigDecimal(unknown.path("reserved_usd").asText()).add(new BigDecimal("0.012")));
    assertThat(ask("fast", "another", 150).status()).isEqualTo(429);
    assertThat(Json.write(server.get("/api/calls/" + unknown.path("id").asText()).body()))
        .isEqualTo(Json.write(unknown));
  }
}

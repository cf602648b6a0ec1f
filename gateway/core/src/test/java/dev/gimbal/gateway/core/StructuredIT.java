package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Schemas for a model that knows none, from callers of several dialects.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructuredIT {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}";
  private static final String CHAT =
      "{\"model\":\"deep/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
          + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
          + SCHEMA
          + "}}}";

  private final List<JsonNode> received = new CopyOnWriteArrayList<>();
  private final Queue<String> answers = new ArrayDeque<>();
  private House house;
  private int before;

  @BeforeAll
  void open() {
    house = new House();
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, preset("deepseek", "deep"));
    house.upstream.on(
        "/v1/own/chat/completions",
        call ->
            call.body()
                .onSuccess(
                    body -> {
                      received.add(tree(body.toString()));
                      call.response()
                          .putHeader("content-type", "application/json")
                          .end(answers.remove());
                    }));
  }

  private Provider preset(String dialect, String name) {
    ProviderFactory factory =
        OpenAiModule.presets(HttpProviderConfig.DEFAULT, house.vertx).stream()
            .filter(made -> made.dialect().equals(dialect))
            .findFirst()
            .orElseThrow();
    URI url = URI.create(house.upstream.baseUrl() + "/own");
    return factory.create(new ProviderSettings(name, url, "k", true));
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
    received.clear();
    answers.clear();
  }

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private void says(String content) {
    answers.add(
        Json.write(
            Map.of(
                "id",
                "c1",
                "model",
                "m",
                "choices",
                List.of(
                    Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        Map.of("role", "assistant", "content", content))),
                "usage",
                Map.of("prompt_tokens", 10, "completion_tokens", 2))));
  }

  private HttpResponse<String> post(String path, String body) {
    return house.send(house.request(path).POST(BodyPublishers.ofString(body)));
  }

  private CallSettled settled() {
    return house.ledger.awaitSettled(before + 1);
  }

  @Test
  void shouldRepairAnAnswerUntilItFitsAndBillEveryTry() {
    says("I am seven.");
    says("```json\n{\"age\":7}\n```");

    HttpResponse<String> answer = post("/v1/chat/completions", CHAT);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(tree(answer.body()).at("/choices/0/message/content").asText())
        .isEqualTo("{\"age\":7}");
    assertThat(received).hasSize(2);
    assertThat(received.get(0).at("/model").asText()).isEqualTo("m");
    assertThat(received.get(1).path("messages")).hasSize(4);
    assertThat(settled().inputTokens()).isEqualTo(20);
    assertThat(settled().outputTokens()).isEqualTo(4);
  }

  /// Lets calls spend this many tokens of a nano-USD each.
  private Runnable budget(long nanoUsd) {
    house.prices.put("deep/m", new Price(1_000_000, 1_000_000, null));
    house.budgets.declare(
        List.of(
            new Limit(
                house.ids.next(),
                TenantId.FIRST,
                "b",
                Limit.Scope.TENANT,
                Limit.Unit.NANO_USD,
                nanoUsd,
                new Window.Calendar(Window.Calendar.Period.MONTH),
                true,
                false)));
    return () -> {
      house.budgets.declare(List.of());
      house.prices.clear();
    };
  }

  private HttpResponse<String> within(long nanoUsd, String call) {
    Runnable end = budget(nanoUsd);
    try {
      return post("/v1/chat/completions", call);
    } finally {
      end.run();
    }
  }

  @Test
  void shouldNotTryAgainWhatTheBudgetDoesNotHoldAndBillTheTryThatWas() {
    String bounded = CHAT.replace("{\"model\"", "{\"max_tokens\":10,\"model\"");
    says("I am seven.");
    says("{\"age\":7}");
    within(1_000_000, bounded);
    byte[] first = Json.bytes(received.get(0));
    byte[] second = Json.bytes(received.get(1));
    received.clear();
    answers.clear();
    before += 1;
    says("I am seven.");
    says("{\"age\":7}");

    HttpResponse<String> answer = within(first.length + 10, bounded);

    assertThat(second.length).isGreaterThan(first.length);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.body()).contains("budget_spent").contains("another try");
    assertThat(received).hasSize(1);
    assertThat(settled().error()).isEqualTo("budget_spent");
    assertThat(settled().inputTokens()).isEqualTo(10);
    assertThat(settled().costNanoUsd()).isEqualTo(12);
    before += 1;
    received.clear();
    answers.clear();
    says("I am seven.");
    says("{\"age\":7}");
    HttpResponse<String> held = within(12 + second.length + 10, bounded);
    assertThat(held.statusCode()).as("what was used and what the next may cost").isEqualTo(200);
    assertThat(settled().costNanoUsd()).isEqualTo(24);
    assertThat(within(first.length + 9, bounded).body())
        .as("the schema in words is part of the call")
        .contains("budget_spent");
  }

  @Test
  void shouldBillTheTriesBeforeOneThatFailed() {
    house.prices.put("deep/m", new Price(1_000_000, 1_000_000, null));
    says("one");
    says("two");
    says("three");

    assertThat(post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(502);

    house.prices.clear();
    assertThat(settled().inputTokens()).isEqualTo(30);
    assertThat(settled().outputTokens()).isEqualTo(6);
    assertThat(settled().costNanoUsd()).isEqualTo(36);
  }

  @Test
  void shouldStreamWhatFitsToACallerWhoAskedForAStream() {
    says("{\"age\":7}");

    HttpResponse<String> answer =
        post("/v1/chat/completions", CHAT.replace("{\"model\"", "{\"stream\":true,\"model\""));

    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(answer.body()).contains("{\\\"age\\\":7}").endsWith("data: [DONE]\n\n");
    assertThat(received.getFirst().has("stream")).isFalse();
    assertThat(settled().outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void shouldHoldToTheSchemaOfACallerOfAnotherDialect() {
    says("seven");
    says("{\"age\":7}");

    HttpResponse<String> answer =
        post(
            "/v1/messages",
            "{\"model\":\"deep/m\",\"max_tokens\":100,\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"a\"}],\"output_config\":{\"format\":"
                + "{\"type\":\"json_schema\",\"schema\":"
                + SCHEMA
                + "}}}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(tree(answer.body()).at("/content/0/text").asText()).isEqualTo("{\"age\":7}");
  }

  @Test
  void shouldSayWhatDoesNotFitInTheEnd() {
    says("one");
    says("two");
    says("three");

    HttpResponse<String> answer = post("/v1/chat/completions", CHAT);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("does not fit the schema after 3 tries");
    assertThat(settled().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldPassACallThatOnlySpeaksOfASchema() {
    says("fine");
    String body =
        "{\"x_a\":1.0e1,\"model\":\"deep/m\",\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"json schema?\"}]}";

    HttpResponse<String> answer = post("/v1/chat/completions", body);

    assertThat(tree(answer.body()).at("/choices/0/message/content").asText()).isEqualTo("fine");
    assertThat(received.getFirst().at("/messages/0/content").asText()).isEqualTo("json schema?");
    assertThat(received.getFirst().path("messages")).hasSize(1);
  }

  @Test
  void shouldNameTheFieldOfASchemaThatIsNone() {
    HttpResponse<String> answer =
        post("/v1/chat/completions", CHAT.replace(SCHEMA, "{\"$ref\":\"file:///etc/passwd\"}"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("response_format").contains("must begin with #");
  }

  @Test
  void shouldWriteACallAsItsVendorTakesIt() {
    says("fine");

    post(
        "/v1/messages",
        "{\"model\":\"deep/m\",\"max_tokens\":3000,\"thinking\":{\"type\":\"enabled\","
            + "\"budget_tokens\":2000},\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");

    JsonNode sent = received.getFirst();
    assertThat(sent.at("/thinking/type").asText()).isEqualTo("enabled");
    assertThat(sent.has("reasoning_effort")).isFalse();
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(3_000);
  }

  @Test
  void shouldNotAskAVendorForUsageThatRefusesToBeAsked() {
    Provider zhipu = preset("zhipu", "glm");
    Provider deepSeek = preset("deepseek", "deep");
    String call =
        "{\"model\":\"NAME/m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    try {
      OwnedProvider.swapIn(house.catalog, TenantId.FIRST, zhipu);
      says("fine");
      post("/v1/chat/completions", call.replace("NAME", "glm"));
    } finally {
      OwnedProvider.swapIn(house.catalog, TenantId.FIRST, deepSeek);
    }
    says("fine");
    post("/v1/chat/completions", call.replace("NAME", "deep"));

    assertThat(received.get(0).has("stream_options")).isFalse();
    assertThat(received.get(1).has("stream_options")).isTrue();
  }
}

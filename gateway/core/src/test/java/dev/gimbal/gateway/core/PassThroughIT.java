package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassThroughIT {
  private House house;
  private int before;

  @BeforeAll
  void open() {
    house = new House();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
  }

  private CallSettled settled() {
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(house.ledger.settlements()).hasSize(before + 1);
    return settled;
  }

  private String receivedBody() {
    byte[] body = house.upstream.received().getLast().body();
    return new String(body, StandardCharsets.UTF_8);
  }

  @Test
  void shouldHandTheBodyOnByteForByteButForTheModelsName() {
    String body =
        "{ \"x_new\":[1.0e2 , {\"b\":1,\"a\":2}],\n\"model\" : \"up/plain\",\t\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"é\\u00e9 \uD83D\uDE00\"}] }";

    HttpResponse<String> answer = house.chat(body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receivedBody()).isEqualTo(body.replace("up/plain", "plain"));
    assertThat(answer.body())
        .contains("Hello from the scenario.")
        .endsWith("\"x_unknown\" : [1.0,2]}");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    CallSettled settled = settled();
    assertThat(answer.headers().firstValue("x-gimbal-call").orElseThrow())
        .isEqualTo(Ledger.text(settled.id()));
    assertThat(settled.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(settled.inputTokens()).isEqualTo(12);
    assertThat(settled.cachedTokens()).isEqualTo(4);
    assertThat(settled.outputTokens()).isEqualTo(20);
    assertThat(settled.estimated()).isFalse();
  }

  @Test
  void shouldAskAStreamForItsUsageAndHideItFromACallerWhoDidNot() {
    HttpResponse<String> answer = house.chat(House.body("plain", true));

    assertThat(receivedBody())
        .contains("\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    assertThat(answer.body()).contains("token19").doesNotContain("prompt_tokens");
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  @Test
  void shouldLeaveTheUsageOfAStreamToACallerWhoAskedForIt() {
    String body =
        House.body("plain", true).replace("}]", "}],\"stream_options\":{\"include_usage\":true}");

    HttpResponse<String> answer = house.chat(body);

    assertThat(receivedBody()).isEqualTo(body.replace("up/plain", "plain"));
    assertThat(answer.body()).contains("prompt_tokens").endsWith("data: [DONE]\n\n");
    settled();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldHandOnCompletionsToTheirOwnPath(boolean stream) {
    String body =
        "{\"prompt\" : \"Say\", \"model\":\"up/plain\",\"stream_options\":{\"include_usage\":true},"
            + "\"stream\":"
            + stream
            + "}";

    HttpResponse<String> answer =
        house.send(house.request("/v1/completions").POST(BodyPublishers.ofString(body)));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(house.upstream.received().getLast().path()).isEqualTo("/v1/completions");
    assertThat(receivedBody()).isEqualTo(body.replace("up/plain", "plain"));
    assertThat(settled().outputTokens()).isEqualTo(20);
    assertThat(house.ledger.opened().getLast().kind()).isEqualTo(CallOpened.Kind.COMPLETION);
  }

  @Test
  void shouldServeHttp2Too() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int round = 0; round < 3; round++) {
        HttpResponse<String> answer =
            client.send(
                house
                    .request("/v1/chat/completions")
                    .POST(BodyPublishers.ofString(House.body("plain", true)))
                    .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
      }
      HttpResponse<String> refused =
          client.send(
              house.request("/v1/none").POST(BodyPublishers.ofString("{}")).build(),
              BodyHandlers.ofString());
      assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(refused.statusCode()).isEqualTo(404);
    }
  }
}

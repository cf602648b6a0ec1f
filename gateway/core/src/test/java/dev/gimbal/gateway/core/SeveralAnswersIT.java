package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Several answers to one call between the two dialects that know them: what the upstream received
/// and what the caller got.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralAnswersIT {
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9,\"total_tokens\":12}";

  private House house;
  private volatile String received = "";

  @BeforeAll
  void open() {
    house = new House();
    answer(
        "/v1/chat/completions",
        "text/event-stream",
        "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"},"
            + "\"finish_reason\":null}]}\n\n"
            + "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"two\"},"
            + "\"finish_reason\":\"length\"}]}\n\n"
            + "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},"
            + "\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[],"
            + USAGE
            + "}\n\ndata: [DONE]\n\n");
    answer(
        "/v1beta/models/m:generateContent",
        "application/json",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one\"}]},\"finishReason\":\"STOP\","
            + "\"index\":0},{\"content\":{\"parts\":[{\"text\":\"two\"}]},\"finishReason\":\"MAX_TOKENS\","
            + "\"index\":1}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":9,"
            + "\"totalTokenCount\":12}}");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private void answer(String path, String type, String body) {
    house.upstream.on(
        path,
        call ->
            call.body()
                .onSuccess(
                    asked -> {
                      received = asked.toString();
                      call.response().putHeader("content-type", type).end(Buffer.buffer(body));
                    }));
  }

  private HttpResponse<String> post(String path, String body) {
    return house.send(house.request(path).POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldStreamTwoChoicesAsTwoCandidates() throws IOException {
    int before = house.ledger.settlements().size();

    HttpResponse<String> answer =
        post(
            "/v1beta/models/up/m:streamGenerateContent",
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}],"
                + "\"generationConfig\":{\"candidateCount\":2}}");

    assertThat(received).contains("\"n\":2").contains("\"stream\":true");
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    for (JsonNode chunk : Json.MAPPER.readTree(answer.body())) {
      JsonNode candidate = chunk.at("/candidates/0");
      (candidate.path("index").asInt() == 0 ? first : second)
          .append(candidate.at("/content/parts/0/text").asText())
          .append(candidate.path("finishReason").asText());
    }
    assertThat(first).hasToString("oneSTOP");
    assertThat(second).hasToString("twoMAX_TOKENS");
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(settled.outputTokens()).isEqualTo(9);
    assertThat(settled.estimated()).isFalse();
  }

  @Test
  void shouldGiveTwoCandidatesAsTwoChoices() throws IOException {
    HttpResponse<String> answer =
        post(
            "/v1/chat/completions",
            "{\"model\":\"gemini/m\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(received).contains("\"candidateCount\":2");
    JsonNode choices = Json.MAPPER.readTree(answer.body()).path("choices");
    assertThat(choices).hasSize(2);
    assertThat(choices.at("/0/message/content").asText()).isEqualTo("one");
    assertThat(choices.at("/1/message/content").asText()).isEqualTo("two");
    assertThat(choices.at("/1/index").asInt()).isEqualTo(1);
    assertThat(choices.at("/1/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void shouldRefuseByNameWhereATargetGivesOneAnswer() throws IOException {
    HttpResponse<String> answer =
        post(
            "/v1/chat/completions",
            "{\"model\":\"claude/m\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.MAPPER.readTree(answer.body()).at("/error/param").asText()).isEqualTo("n");
  }
}

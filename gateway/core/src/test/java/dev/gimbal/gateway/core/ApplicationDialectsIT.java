package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An application behind each of the chat dialects.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApplicationDialectsIT {
  private static final String GEMINI = "/v1beta/models/app:colours:";
  private static final String CONTENTS =
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"colour?\"}]}]}";

  private House house;
  private int before;

  private record Colours() implements Application {
    @Override
    public String name() {
      return "colours";
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      sink.text("é is ");
      sink.text(input.turns().getLast().text());
      return new Answer(
          "é is " + input.turns().getLast().text(),
          "generated",
          List.of(new Citation(0, 4, "Colours", "http://x/doc_1")),
          7L,
          3L);
    }
  }

  @BeforeAll
  void open() {
    house = new House();
    house.applications.put("colours", new Colours());
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
  }

  private HttpResponse<String> post(String path, String body) {
    return house.send(house.request(path).POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static String messages(String more) {
    return "{\"model\":\"app:colours\",\"max_tokens\":9,"
        + more
        + "\"messages\":[{\"role\":\"user\",\"content\":\"colour?\"}]}";
  }

  @Test
  void shouldAnswerAnthropicsClientsWithWhereItStands() {
    JsonNode answer = tree(post("/v1/messages", messages("")).body());

    assertThat(answer.path("type").asText()).isEqualTo("message");
    assertThat(answer.at("/content/0/text").asText()).isEqualTo("é is colour?");
    assertThat(answer.at("/content/0/citations/0/source").asText()).isEqualTo("http://x/doc_1");
    assertThat(answer.at("/content/0/citations/0/cited_text").asText()).isEqualTo("é is");
    assertThat(answer.at("/usage/output_tokens").asInt()).isEqualTo(3);
    assertThat(answer.path("stop_reason").asText()).isEqualTo("end_turn");
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void shouldAnswerResponsesWithAnnotations() {
    JsonNode answer =
        tree(post("/v1/responses", "{\"model\":\"app:colours\",\"input\":\"colour?\"}").body());

    assertThat(answer.path("status").asText()).isEqualTo("completed");
    assertThat(answer.at("/output/0/content/0/text").asText()).isEqualTo("é is colour?");
    assertThat(answer.at("/output/0/content/0/annotations/0/end_index").asInt()).isEqualTo(4);
  }

  @Test
  void shouldAnswerGeminisClientsWithGrounding() {
    JsonNode answer = tree(post(GEMINI + "generateContent", CONTENTS).body());

    assertThat(answer.at("/candidates/0/content/parts/0/text").asText()).isEqualTo("é is colour?");
    JsonNode support = answer.at("/candidates/0/groundingMetadata/groundingSupports/0");
    assertThat(support.at("/segment/endIndex").asInt()).as("in bytes").isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/messages,message_stop",
    "/v1/responses,response.completed",
    "/v1beta/models/app:colours:streamGenerateContent?alt=sse,STOP"
  })
  void shouldStreamInEachDialectToItsOwnEnd(String path, String end) {
    String body =
        path.contains("messages")
            ? messages("\"stream\":true,")
            : path.contains("responses")
                ? "{\"model\":\"app:colours\",\"input\":\"colour?\",\"stream\":true}"
                : CONTENTS;

    HttpResponse<String> answer = post(path, body);

    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    String[] events = answer.body().strip().split("\n\n");
    assertThat(answer.body()).contains("é is ").contains("colour?");
    assertThat(events[events.length - 1]).contains(end);
  }

  @Test
  void shouldStreamAnArrayToAGeminiCallerWhoWantsOne() {
    HttpResponse<String> answer = post(GEMINI + "streamGenerateContent", CONTENTS);

    JsonNode array = tree(answer.body());
    assertThat(array.isArray()).isTrue();
    assertThat(array.at("/0/candidates/0/content/parts/0/text").asText()).isEqualTo("é is ");
  }

  @Test
  void shouldNameWhatAnApplicationCannotDoInTheCallersDialect() {
    HttpResponse<String> answer =
        post("/v1/messages", messages("\"tools\":[{\"name\":\"t\",\"input_schema\":{}}],"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"type\":\"error\"").contains("its own tools");
    assertThat(post("/v1/embeddings", "{\"model\":\"app:colours\",\"input\":\"a\"}").statusCode())
        .isEqualTo(400);
    assertThat(post("/v1/rerank", "{\"model\":\"app:colours\",\"query\":\"a\"}").statusCode())
        .isEqualTo(400);
  }
}

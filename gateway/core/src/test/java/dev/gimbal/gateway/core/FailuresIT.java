package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailuresIT {
  private static final Deadlines SHORT =
      new Deadlines(
          Duration.ofMillis(400),
          Duration.ofMillis(400),
          Duration.ofSeconds(3),
          Duration.ofMillis(100),
          Duration.ofSeconds(5));

  private House house;
  private int before;

  @BeforeAll
  void open() {
    house = new House(House.config(SHORT, Bodies.DEFAULT, true));
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
  }

  private CallSettled settled(Outcome outcome) {
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(house.ledger.settlements()).hasSize(before + 1);
    assertThat(settled.outcome()).isEqualTo(outcome);
    return settled;
  }

  private static JsonNode error(HttpResponse<String> answer) throws Exception {
    JsonNode error = Json.tree(answer.body()).path("error");
    assertThat(error.fieldNames()).toIterable().contains("message", "type", "param", "code");
    return error;
  }

  @ParameterizedTest
  @CsvSource({
    "status-400, 400, x, upstream_refused",
    "status-404, 404, x, upstream_refused",
    "status-401, 502, upstream_refused, upstream_refused",
    "status-403, 502, upstream_refused, upstream_refused",
    "status-429, 429, x, upstream_busy",
    "status-500, 502, x, upstream_failed",
    "status-503, 503, x, upstream_busy",
    "html-500, 502, upstream_failed, upstream_failed",
    "html-404, 404, upstream_refused, upstream_refused",
    "inband, 502, x, upstream_failed",
    "mute, 504, upstream_timed_out, upstream_timed_out",
  })
  void shouldTellAnUpstreamsFailureInOpenAisShape(
      String model, int status, String shown, String recorded) throws Exception {
    HttpResponse<String> answer = house.chat(House.body(model, false));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("code").asText()).isEqualTo(shown);
    assertThat(answer.headers().firstValue("x-gimbal-call")).isPresent();
    CallSettled settled = settled(Outcome.FAILED);
    assertThat(settled.error()).isEqualTo(recorded);
    assertThat(settled.status()).isEqualTo(status);
    assertThat(settled.inputTokens()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "broken"})
  void shouldMakeAnErrorOfAnAnswerThatIsNotWhole(String model) throws Exception {
    HttpResponse<String> answer = house.chat(House.body(model, false));

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(error(answer).path("code").asText()).isEqualTo("upstream_failed");
    assertThat(settled(Outcome.FAILED).estimated()).as("the upstream told its usage").isFalse();
  }

  @Test
  void shouldHandOnHowLongToWait() {
    HttpResponse<String> answer = house.chat(House.body("status-429", true));

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("7");
    settled(Outcome.FAILED);
  }

  @Test
  void shouldTurnAnErrorInPlaceOfTheFirstEventIntoAnErrorAnswer() throws Exception {
    HttpResponse<String> answer = house.chat(House.body("inband", true));

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(error(answer).path("message").asText()).isEqualTo("scripted");
    settled(Outcome.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "broken", "silent"})
  void shouldEndAStreamThatFailedInTheMiddleWithAnErrorEvent(String model) throws Exception {
    HttpResponse<String> answer = house.chat(House.body(model, true));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .startsWith("data: {\"id\"")
        .contains("token1")
        .doesNotContain("[DONE]");
    String last = answer.body().substring(answer.body().lastIndexOf("data: ") + 6);
    JsonNode error = Json.tree(last.strip()).path("error");
    assertThat(error.path("code").asText())
        .isEqualTo(model.equals("silent") ? "upstream_timed_out" : "upstream_failed");
    CallSettled settled = settled(Outcome.FAILED);
    assertThat(settled.estimated()).isTrue();
  }

  @Test
  void shouldHandOnAnErrorThatTheUpstreamSaysInTheStreamAndRecordIt() {
    HttpResponse<String> answer = house.chat(House.body("inband-late", true));

    assertThat(answer.body()).contains("token1").contains("scripted").doesNotContain("[DONE]");
    assertThat(settled(Outcome.FAILED).error()).isEqualTo("upstream_failed");
  }

  @Test
  void shouldSendCommentsWhileAStreamIsSilentAndAnErrorEventWhenItStaysSo() throws Exception {
    HttpResponse<String> answer = house.chat(House.body("mute", true));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith(": keep-alive\n\n").contains("upstream_timed_out");
    settled(Outcome.FAILED);
  }

  @Test
  void shouldCutAStreamThatTakesLongerThanACallMay() {
    HttpResponse<String> answer = house.chat(House.body("slow-300", true));

    assertThat(answer.body()).contains("token3").contains("longer than it may");
    assertThat(answer.body()).doesNotContain("token19").doesNotContain("[DONE]");
    assertThat(settled(Outcome.FAILED).error()).isEqualTo("upstream_timed_out");
  }

  @Test
  void shouldSendCommentsBetweenSlowEventsOnly() {
    HttpResponse<String> answer = house.chat(House.body("slow-120", true));

    assertThat(answer.body().replace(": keep-alive\n\n", ""))
        .isEqualTo(house.chat(House.body("plain", true)).body());
    assertThat(answer.body()).contains(": keep-alive\n\n");
  }

  @Test
  void shouldAskAgainWithoutUsageWhereTheUpstreamDoesNotKnowIt() {
    int calls = house.upstream.received().size();

    HttpResponse<String> answer = house.chat(House.body("old", true));

    assertThat(answer.body()).contains("token19").endsWith("data: [DONE]\n\n");
    assertThat(house.upstream.received()).hasSize(calls + 2);
    CallSettled settled = settled(Outcome.SUCCEEDED);
    assertThat(settled.estimated()).isTrue();
    assertThat(settled.outputTokens()).isPositive();
  }

  @Test
  void shouldNeverInventUsage() {
    house.chat(House.body("no-usage", false));

    CallSettled settled = settled(Outcome.SUCCEEDED);
    assertThat(settled.estimated()).isTrue();
    assertThat(settled.cachedTokens()).isNull();
  }

  @Test
  void shouldTellAnErrorInSeveralLinesAsOneEventOnceAStreamHasBegun() throws Exception {
    HttpResponse<String> answer = house.chat(House.body("late-250", true));

    assertThat(answer.body()).startsWith(": keep-alive\n\n");
    String event = answer.body().replace(": keep-alive\n\n", "");
    assertThat(event).startsWith("data: {").endsWith("}\n\n").hasLineCount(2);
    JsonNode error = Json.tree(event.substring(6)).path("error");
    assertThat(error.path("message").asText()).isEqualTo("scripted");
    CallSettled settled = settled(Outcome.FAILED);
    assertThat(settled.error()).isEqualTo("upstream_busy");
    assertThat(settled.inputTokens()).isNull();
  }

  @Test
  void shouldEndAWholeStreamWithItsLastEventThoughTheUpstreamForgotIt() {
    HttpResponse<String> answer = house.chat(House.body("no-done", true));

    assertThat(answer.body()).contains("token19").endsWith("\n\ndata: [DONE]\n\n");
    settled(Outcome.SUCCEEDED);
  }

  @Test
  void shouldAnswerWholeACallerWhoAskedForNoStreamThoughTheUpstreamStreams() throws Exception {
    HttpResponse<String> answer = house.chat(House.body("stream-anyway", false));

    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    JsonNode whole = Json.tree(answer.body());
    assertThat(whole.path("object").asText()).isEqualTo("chat.completion");
    assertThat(whole.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(whole.at("/choices/0/message/content").asText())
        .startsWith("token0 token1 ")
        .endsWith("token19 ");
    assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(settled(Outcome.SUCCEEDED).firstByte()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole-1", "whole-250"})
  void shouldMakeAStreamOfAWholeAnswerForACallerWhoAskedForOne(String model) throws Exception {
    HttpResponse<String> answer = house.chat(House.body(model, true));

    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(answer.body().startsWith(": keep-alive\n\n")).isEqualTo(model.endsWith("250"));
    String events = answer.body().replace(": keep-alive\n\n", "");
    assertThat(events).startsWith("data: {").endsWith("}\n\ndata: [DONE]\n\n");
    JsonNode chunk = Json.tree(events.substring(6, events.indexOf("\n\n")));
    assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(chunk.at("/choices/0/delta/content").asText()).isEqualTo("Hello from the scenario.");
    assertThat(chunk.has("usage")).as("nobody asked for it").isFalse();
    assertThat(settled(Outcome.SUCCEEDED).outputTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "huge-3000", "delay-100"})
  void shouldTakeAnswersThatAreGoodThoughUnusual(String model) {
    HttpResponse<String> answer = house.chat(House.body(model, false));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    settled(Outcome.SUCCEEDED);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/nothing, POST, 404, path_unknown",
    "/v1/chat/completions, GET, 405, method_unsupported",
    "/v1/models, POST, 405, method_unsupported",
    "/v1/models/up%2Fnone, GET, 404, model_unknown",
  })
  void shouldSpeakOpenAisShapeOnEveryPath(String path, String method, int status, String code)
      throws Exception {
    HttpResponse<String> answer =
        house.send(house.request(path).method(method, BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("code").asText()).isEqualTo(code);
    assertThat(answer.headers().firstValue("x-request-id").orElseThrow()).startsWith("req_");
  }

  @Test
  void shouldRecordACallToAModelThatIsNotThere() throws Exception {
    HttpResponse<String> answer = house.chat("{\"model\":\"none/x\",\"messages\":[]}");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(error(answer).path("param").asText()).isEqualTo("model");
    assertThat(settled(Outcome.REFUSED).error()).isEqualTo("model_unknown");
  }

  @Test
  void shouldRefuseACallThatCannotBePutOnRecord() throws Exception {
    int calls = house.upstream.received().size();
    house.ledger.kept.full(true);
    try {
      HttpResponse<String> answer = house.chat(House.body("plain", false));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(error(answer).path("code").asText()).isEqualTo("ledger_full");
    } finally {
      house.ledger.kept.full(false);
    }
    assertThat(house.upstream.received()).hasSize(calls);
  }
}

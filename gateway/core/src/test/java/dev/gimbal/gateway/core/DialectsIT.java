package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Callers and targets of two dialects, in all four pairs: what the upstream received and what the
/// caller got, as bytes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialectsIT {
  private static final String ASKED =
      "\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]";

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
    return house.ledger.awaitSettled(before + 1);
  }

  private Received received() {
    return house.upstream.received().getLast();
  }

  private String receivedText() {
    return new String(received().body(), StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder messagesRequest(String body) {
    return house
        .request("/v1/messages")
        .header("anthropic-version", "2023-06-01")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> messages(String body) {
    return house.send(messagesRequest(body));
  }

  private static String asked(String model, boolean stream) {
    return "{\"model\":\"" + model + "\"," + ASKED + (stream ? ",\"stream\":true}" : "}");
  }

  private static JsonNode json(String text) throws IOException {
    return Json.MAPPER.readTree(text);
  }

  @Test
  void shouldHandACallInTheTargetsOwnDialectOnByteForByte() {
    String body =
        "{ \"x_new\":[1.0e2 , {\"b\":1}],\n\"model\" : \"claude/plain\",\t\"max_tokens\":9,"
            + "\"system\":[{\"type\":\"text\",\"text\":\"é\",\"cache_control\":{\"type\":"
            + "\"ephemeral\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}] }";

    HttpResponse<String> answer =
        house.send(messagesRequest(body).header("anthropic-beta", "one-2025,two-2025"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receivedText()).isEqualTo(body.replace("claude/plain", "plain"));
    assertThat(received().path()).isEqualTo("/v1/messages");
    assertThat(received().headers().get("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(received().headers().get("anthropic-beta")).isEqualTo("one-2025,two-2025");
    assertThat(answer.body()).endsWith(", \"x_unknown\" : [1.0,2]}");
    CallSettled settled = settled();
    assertThat(settled.inputTokens()).isEqualTo(15);
    assertThat(settled.cachedTokens()).isEqualTo(4);
    assertThat(settled.outputTokens()).isEqualTo(20);
    assertThat(settled.estimated()).isFalse();
  }

  @Test
  void shouldHandOnAStreamOfTheCallersDialectEventByEvent() {
    HttpResponse<String> answer = messages(asked("claude/tools", true));

    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(answer.body())
        .startsWith("event: message_start\ndata: {\"type\":\"message_start\"")
        .contains("event: ping\ndata: {\"type\":\"ping\"}\n\n")
        .contains("\"partial_json\":\"{\\\"zone\\\": \\\"Ly\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    assertThat(receivedText()).isEqualTo(asked("tools", true));
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEstimateForAnthropicsCallersWhatNobodyCountedAndRecordItAsSuch(boolean stream)
      throws IOException {
    HttpResponse<String> answer = messages(asked("up/no-usage", stream));

    CallSettled settled = settled();
    assertThat(settled.estimated()).isTrue();
    JsonNode told =
        stream
            ? json(
                answer.body().split("event: message_delta\ndata: ", -1)[1].lines().toList().get(0))
            : json(answer.body());
    assertThat(told.at("/usage/input_tokens").asLong())
        .isPositive()
        .isEqualTo(settled.inputTokens());
    assertThat(told.at("/usage/output_tokens").asLong())
        .isPositive()
        .isEqualTo(settled.outputTokens());
  }

  @Test
  void shouldSayTheEndOfAStreamThatTheUpstreamLeftOut() {
    HttpResponse<String> answer = messages(asked("claude/no-stop", true));

    assertThat(answer.body())
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    assertThat(settled().outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void shouldPutAChatCallIntoAnthropicsDialectAndTheAnswerBack() throws IOException {
    HttpResponse<String> answer =
        house.chat(
            "{\"model\":\"claude/tools\",\"max_tokens\":100,\"user\":\"u-1\",\"metadata\":{\"a\":"
                + "\"b\"},\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":\"Time?\"}],\"tools\":[{\"type\":\"function\","
                + "\"function\":{\"name\":\"clock\",\"parameters\":{\"type\":\"object\","
                + "\"properties\":{\"zone\":{\"type\":\"string\"},\"at\":{\"type\":\"string\"}}}}}]}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode sent = json(receivedText());
    assertThat(sent.get("model").asText()).isEqualTo("tools");
    assertThat(sent.get("max_tokens").asInt()).isEqualTo(100);
    assertThat(sent.get("system").toString()).contains("Be brief.");
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(sent.at("/tools/0/input_schema/properties").fieldNames())
        .toIterable()
        .containsExactly("zone", "at");
    assertThat(sent.at("/metadata/user_id").asText()).isEqualTo("u-1");
    JsonNode message = json(answer.body()).at("/choices/0/message");
    assertThat(message.get("content").asText()).isEqualTo("I look.");
    assertThat(message.at("/tool_calls/0/id").asText()).isEqualTo("toolu_1");
    assertThat(json(message.at("/tool_calls/0/function/arguments").asText()).get("zone").asText())
        .isEqualTo("Lyon");
    assertThat(json(answer.body()).at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(json(answer.body()).at("/usage/prompt_tokens").asInt()).isEqualTo(15);
    assertThat(answer.headers().firstValue("x-gimbal-warning")).hasValue("not sent: metadata");
    assertThat(settled().inputTokens()).isEqualTo(15);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldPutAnAnthropicStreamIntoChunks(boolean usage) {
    String body =
        usage
            ? House.body("tools", true)
                .replace("}]", "}],\"stream_options\":{\"include_usage\":true}")
            : House.body("tools", true);

    HttpResponse<String> answer = house.chat(body.replace("up/", "claude/"));

    assertThat(answer.body())
        .contains("\"content\":\"token19 \"")
        .contains("\"finish_reason\":\"tool_calls\"")
        .endsWith("data: [DONE]\n\n");
    assertThat(answer.body().contains("prompt_tokens")).isEqualTo(usage);
    assertThat(answer.body().split("data: \\[DONE]", -1)).hasSize(2);
    CallSettled settled = settled();
    assertThat(settled.outputTokens()).isEqualTo(20);
    assertThat(settled.cachedTokens()).isEqualTo(4);
  }

  @Test
  void shouldPutAnAnthropicCallIntoAChatAndTheAnswerBack() throws IOException {
    HttpResponse<String> answer =
        messages(
            "{\"model\":\"up/plain\",\"max_tokens\":50,\"system\":\"Be brief.\",\"messages\":["
                + "{\"role\":\"user\",\"content\":\"Time?\"},{\"role\":\"assistant\",\"content\":["
                + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{\"b\":1,"
                + "\"a\":2}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                + "\"tool_use_id\":\"toolu_1\",\"content\":\"9:00\"}]}],\"tools\":[{\"name\":"
                + "\"clock\",\"input_schema\":{\"type\":\"object\"}}]}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode sent = json(receivedText());
    assertThat(received().path()).isEqualTo("/v1/chat/completions");
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(sent.at("/messages/2/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"b\":1,\"a\":2}");
    assertThat(sent.at("/messages/3/tool_call_id").asText()).isEqualTo("toolu_1");
    JsonNode message = json(answer.body());
    assertThat(message.get("type").asText()).isEqualTo("message");
    assertThat(message.at("/content/0/text").asText()).isEqualTo("Hello from the scenario.");
    assertThat(message.get("stop_reason").asText()).isEqualTo("end_turn");
    assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(8);
    assertThat(message.at("/usage/cache_read_input_tokens").asInt()).isEqualTo(4);
    assertThat(settled().inputTokens()).isEqualTo(12);
  }

  @Test
  void shouldPutAChatsStreamIntoAnthropicsEvents() {
    HttpResponse<String> answer = messages(asked("up/plain", true));

    assertThat(receivedText()).contains("\"include_usage\":true");
    assertThat(answer.body())
        .startsWith("event: message_start\n")
        .contains("\"text\":\"token19 \"")
        .contains("\"stop_reason\":\"end_turn\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource({"claude/stream-anyway,false", "claude/whole,true"})
  void shouldPutAnAnswerIntoTheFormThatWasAskedFor(String model, boolean stream)
      throws IOException {
    HttpResponse<String> answer = messages(asked(model, stream));

    if (stream) {
      assertThat(answer.body())
          .startsWith("event: message_start\n")
          .contains("Hello from the scenario.")
          .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    } else {
      assertThat(json(answer.body()).at("/content/0/text").asText()).contains("token19");
    }
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  @Test
  void shouldKeepThinkingAndItsSignatureForAChatCaller() throws IOException {
    HttpResponse<String> answer = house.chat(House.body("thinks", false).replace("up/", "claude/"));

    JsonNode message = json(answer.body()).at("/choices/0/message");
    assertThat(message.get("reasoning_content").asText()).isEqualTo("Let me see.");
    assertThat(message.toString()).contains("c2lnbmVk");
    assertThat(message.get("content").asText()).isEqualTo("Seen.");
  }

  @Test
  void shouldRefuseWhatTheTargetCannotBeAskedAndNameTheCallersField() throws IOException {
    int calls = house.upstream.received().size();

    HttpResponse<String> answer =
        house.chat(
            "{\"model\":\"claude/plain\",\"logprobs\":true,\"messages\":[{\"role\":\"user\","
                + "\"content\":\"Hi\"}]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer.body()).at("/error/param").asText()).isEqualTo("logprobs");
    assertThat(house.upstream.received()).hasSize(calls);
    assertThat(settled().status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody/x,404,not_found_error",
    "claude/status-429,429,overloaded_error",
    "up/status-429,429,rate_limit_error",
    "up/status-500,502,api_error",
    "claude/inband,502,overloaded_error",
    "up/broken,502,api_error"
  })
  void shouldTellErrorsInTheCallersDialect(String model, int status, String type)
      throws IOException {
    HttpResponse<String> answer = messages(asked(model, model.equals("claude/inband")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = json(answer.body());
    assertThat(error.get("type").asText()).isEqualTo("error");
    assertThat(error.at("/error/type").asText()).isEqualTo(type);
    assertThat(error.at("/error/message").asText()).isNotBlank();
    assertThat(answer.headers().firstValue("retry-after"))
        .isEqualTo(status == 429 ? java.util.Optional.of("7") : java.util.Optional.<String>empty());
  }

  @Test
  void shouldTellAWrongKeyInTheCallersDialect() throws IOException {
    HttpRequest.Builder request =
        house
            .request("/v1/messages")
            .setHeader("authorization", "Bearer nobody")
            .POST(BodyPublishers.ofString(asked("claude/plain", false)));

    HttpResponse<String> answer = house.send(request);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(json(answer.body()).at("/error/type").asText()).isEqualTo("authentication_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude/cut", "up/cut", "claude/inband-late"})
  void shouldEndAStreamThatBrokeOffWithAnErrorEvent(String model) {
    HttpResponse<String> answer = messages(asked(model, true));

    assertThat(answer.body())
        .contains("token1 ")
        .contains("event: error\ndata: {\"type\":\"error\"");
    assertThat(answer.body()).doesNotContain("message_stop");
    assertThat(settled().outcome()).isEqualTo(Outcome.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/messages,claude/slow-100",
    "/v1/messages,up/slow-100",
    "/v1/chat/completions,claude/slow-100"
  })
  void shouldCancelTheUpstreamOfACallerWhoLeaves(String path, String model) throws Exception {
    HttpRequest request =
        house.request(path).POST(BodyPublishers.ofString(asked(model, true))).build();
    HttpResponse<InputStream> answer = house.client.send(request, BodyHandlers.ofInputStream());
    assertThat(answer.body().read()).isNotNegative();

    answer.body().close();

    assertThat(received().ended().get(10, TimeUnit.SECONDS)).isFalse();
    CallSettled settled = settled();
    assertThat(settled.outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void shouldPriceWhatAnthropicCountsBesideItsInput() {
    house.prices.put(
        "claude/plain", new Price(1_000_000_000L, 2_000_000_000L, 100_000_000L, 1_250_000_000L));

    messages(asked("claude/plain", false));

    // 8 tokens in at 1,000 nano-USD, 4 from the cache at 100, 3 into it at 1,250, 20 out at 2,000.
    assertThat(settled().costNanoUsd()).isEqualTo(8_000 + 400 + 3_750 + 40_000);
    house.prices.clear();
  }

  private HttpResponse<String> generate(String model, boolean stream, String query) {
    String verb = stream ? ":streamGenerateContent" : ":generateContent";
    return house.send(
        house
            .request("/v1beta/models/" + model + verb + query)
            .POST(
                BodyPublishers.ofString(
                    "{ \"contents\" : [{\"parts\":[{\"text\":\"Say hello\"}]}],"
                        + "\"generationConfig\":{\"maxOutputTokens\":100}}")));
  }

  private HttpResponse<String> responses(String body) {
    return house.send(house.request("/v1/responses").POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldHandAGeminiCallAndItsStreamOnByteForByte() {
    HttpResponse<String> whole = generate("gemini/plain", false, "");

    assertThat(whole.body()).endsWith(", \"x_new\" : [1.0]}");
    assertThat(receivedText()).startsWith("{ \"contents\" : [{\"parts\"");
    assertThat(received().path()).isEqualTo("/v1beta/models/plain:generateContent");
    CallSettled settled = settled();
    assertThat(settled.inputTokens()).isEqualTo(12);
    assertThat(settled.outputTokens()).isEqualTo(20);
    HttpResponse<String> stream = generate("gemini%2Fplain", true, "?alt=sse");
    assertThat(stream.body())
        .startsWith("data: {\"candidates\":[{\"content\"")
        .contains("token19")
        .endsWith("\"responseId\":\"g1\"}\n\n");
    assertThat(house.ledger.awaitSettled(before + 2).outputTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini/plain", "up/plain", "claude/plain"})
  void shouldStreamAJsonArrayToAGeminiCaller(String model) throws IOException {
    HttpResponse<String> answer = generate(model, true, "");

    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/json");
    JsonNode chunks = json(answer.body());
    assertThat(chunks.isArray()).isTrue();
    assertThat(chunks.toString()).contains("token19");
    assertThat(chunks.findValuesAsText("finishReason")).containsExactly("STOP");
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  private void geminiStreams(String model, String... chunks) {
    house.upstream.on(
        "/v1beta/models/" + model + ":streamGenerateContent",
        request -> {
          StringBuilder events = new StringBuilder();
          for (String chunk : chunks) {
            events.append("data: ").append(chunk).append("\r\n\r\n");
          }
          request.response().putHeader("content-type", "text/event-stream").end(events.toString());
        });
  }

  @Test
  void shouldKeepEachChunkOfGeminisStreamAsTheElementOfAnArrayThatItIs() {
    String first =
        "{ \"candidates\":[{\"index\":0,\"content\":{\"parts\":[{\"text\":\"one\"}]},"
            + "\"safetyRatings\":[{\"category\":\"C\"}]},{\"index\":1,\"content\":{\"parts\":"
            + "[{\"text\":\"two\"}]}}],\"x_new\":1.0e2 }";
    String last =
        "{\"candidates\":[{\"finishReason\":\"STOP\",\"groundingMetadata\":{\"a\":1}}],"
            + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":4}}";
    geminiStreams("rich", first, last);

    HttpResponse<String> answer = generate("gemini/rich", true, "");

    assertThat(answer.body()).isEqualTo("[" + first + ",\n" + last + "]\n");
    assertThat(settled().outputTokens()).isEqualTo(4);
  }

  @Test
  void shouldEndAnArrayThatBrokeOffWithAnErrorAndRecordIt() throws IOException {
    String only = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one\"}]}}]}";
    geminiStreams("short", only);

    JsonNode chunks = json(generate("gemini/short", true, "").body());

    assertThat(chunks.findPath("error").path("message").asText()).contains("broke off");
    assertThat(settled().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldMakeAnArrayOfWhatAGeminiUpstreamDidNotStream() {
    String whole = "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"x_new\":[1.0]}";
    for (String said : new String[] {whole, " [" + whole + "]"}) {
      house.upstream.on(
          "/v1beta/models/whole:streamGenerateContent",
          request -> request.response().putHeader("content-type", "application/json").end(said));

      assertThat(generate("gemini/whole", true, "").body().strip()).isEqualTo("[" + whole + "]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "array"})
  void shouldHandOnAStreamedPictureThatIsLarge(String form) {
    String picture = "iVBO".repeat(700_000);
    geminiStreams(
        "paints",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Here:\"}]}}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\","
            + "\"data\":\""
            + picture
            + "\"}}]},\"finishReason\":\"STOP\"}]}");

    String answer =
        form.equals("array")
            ? generate("gemini/paints", true, "").body()
            : house
                .chat(
                    "{\"model\":\"gemini/paints\",\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Paint.\"}]}")
                .body();

    assertThat(answer).contains("Here:").contains(picture);
    assertThat(answer).doesNotContain("error");
  }

  @Test
  void shouldPutAChatCallIntoGeminisDialectAndItsStreamBack() throws IOException {
    HttpResponse<String> answer =
        house.chat(
            "{\"model\":\"gemini/tools\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":"
                + "\"user\",\"content\":\"Time?\"}],\"tools\":[{\"type\":\"function\",\"function\":"
                + "{\"name\":\"clock\",\"parameters\":{\"type\":\"object\"}}}]}");

    assertThat(received().path()).isEqualTo("/v1beta/models/tools:streamGenerateContent");
    assertThat(json(receivedText()).at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(9);
    assertThat(json(receivedText()).has("model")).isFalse();
    assertThat(answer.body())
        .contains("token19", "\"name\":\"clock\"", "\"finish_reason\":\"tool_calls\"", "c2lnbmVk")
        .endsWith("data: [DONE]\n\n");
    assertThat(settled().outputTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up/plain", "claude/plain", "gemini/plain"})
  void shouldAnswerAResponsesCallerWhateverTheTargetSpeaks(String model) throws IOException {
    String body = "{\"model\":\"" + model + "\",\"input\":\"Say hello\"";

    JsonNode whole = json(responses(body + "}").body());
    HttpResponse<String> stream = responses(body + ",\"stream\":true}");

    assertThat(whole.at("/object").asText()).isEqualTo("response");
    assertThat(whole.at("/status").asText()).isEqualTo("completed");
    assertThat(whole.at("/output/0/content/0/text").asText()).isEqualTo("Hello from the scenario.");
    assertThat(stream.body())
        .startsWith("event: response.created\n")
        .contains("\"delta\":\"token19 \"")
        .contains("event: response.completed\n");
    assertThat(house.ledger.awaitSettled(before + 2).outputTokens()).isEqualTo(20);
  }

  @Test
  void shouldTellErrorsInGeminisDialectAndInResponses() throws IOException {
    JsonNode unknown = json(generate("nobody/x", false, "").body());
    HttpResponse<String> cut = generate("up/cut", true, "?alt=sse");
    HttpResponse<String> failed =
        responses("{\"model\":\"up/cut\",\"input\":\"a\",\"stream\":true}");
    HttpResponse<String> stored =
        responses("{\"model\":\"up/plain\",\"input\":\"a\",\"previous_response_id\":\"resp_1\"}");

    assertThat(unknown.at("/error/status").asText()).isEqualTo("NOT_FOUND");
    assertThat(unknown.at("/error/code").asInt()).isEqualTo(404);
    assertThat(cut.body()).contains("token1 ").contains("\"error\":{");
    assertThat(failed.body()).contains("token1 ").contains("\"type\":\"error\"");
    assertThat(failed.body()).doesNotContain("response.completed");
    assertThat(stored.statusCode()).isEqualTo(400);
    assertThat(json(stored.body()).at("/error/param").asText()).isEqualTo("previous_response_id");
  }

  @Test
  void shouldTranslateALargeBodyBesideTheLoopAndNameItsWrongField() throws IOException {
    String large = "x".repeat(300_000);
    String body = asked("claude/plain", false).replace("Say hello", large);

    HttpResponse<String> answer = house.chat(body);
    HttpResponse<String> refused =
        house.chat(body.replace("\"max_tokens\"", "\"logprobs\":true,\"max_tokens\""));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receivedText()).contains(large);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused.body()).at("/error/param").asText()).isEqualTo("logprobs");
  }

  @Test
  void shouldListModelsInTheShapeOfTheClient() throws IOException {
    JsonNode anthropic =
        json(
            house
                .send(house.request("/v1/models").header("anthropic-version", "2023-06-01"))
                .body());
    JsonNode gemini = json(house.send(house.request("/v1beta/models")).body());
    JsonNode openai = json(house.send(house.request("/v1/models")).body());

    assertThat(openai.get("object").asText()).isEqualTo("list");
    assertThat(anthropic.get("has_more").asBoolean(true)).isFalse();
    assertThat(gemini.get("models").isArray()).isTrue();
  }

  @Test
  void shouldTakeTheKeyOfAGeminiClient() {
    HttpRequest.Builder inPath =
        HttpRequest.newBuilder(
                java.net.URI.create(
                    "http://127.0.0.1:" + house.port() + "/v1beta/models?key=" + House.KEY))
            .GET();
    HttpRequest.Builder inHeader =
        HttpRequest.newBuilder(
                java.net.URI.create("http://127.0.0.1:" + house.port() + "/v1beta/models"))
            .header("x-goog-api-key", House.KEY)
            .GET();

    assertThat(house.send(inPath).statusCode()).isEqualTo(200);
    assertThat(house.send(inHeader).statusCode()).isEqualTo(200);
  }
}

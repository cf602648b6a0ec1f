package dev.gimbal.server.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.gimbal.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What other gateways got wrong on the wire, where caller and upstream speak OpenAI's dialect.
class WireCasesEndToEndIT {
  private static final String CHAT = "/v1/chat/completions";
  private static final String EVENTS = "content-type: text/event-stream\r\n";
  private static final String JSON = "content-type: application/json\r\n";
  private static final String TEXT =
      "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}],\"usage\":null}\n\n";
  private static final String FINISH =
      "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String LATE =
      "data: { \"id\" : \"c1\", \"choices\":[{\"delta\":{\"x_late\":1},\"index\":0}] }\r\n\r\n";
  private static final String USAGE =
      "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  @TempDir static Path data;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static RawUpstream upstream;
  private static PackagedServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start();
    server =
        PackagedServer.start(
            data,
            Map.of(
                "GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true",
                "GIMBAL_GATEWAY_FIRST_BYTE", "30s"));
    Map<String, String> provider =
        Map.of("name", "raw", "dialect", "openai", "base_url", upstream.baseUrl());
    assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(server.url() + "/v1")
            .apiKey(server.key())
            .maxRetries(0)
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    HTTP.close();
    server.close();
    upstream.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("authorization", "Bearer " + server.key());
  }

  private static HttpResponse<String> chat(String body) throws Exception {
    return HTTP.send(
        request(CHAT).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> chat(String model, boolean stream) throws Exception {
    return chat(body(model, stream));
  }

  private static String body(String model, boolean stream) {
    return "{\"model\":\"raw/%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":%s}"
        .formatted(model, stream);
  }

  private static ChatCompletionCreateParams call(String model) {
    return ChatCompletionCreateParams.builder().model("raw/" + model).addUserMessage("hi").build();
  }

  private static void script(String model, String headers, String body) {
    upstream.answer(model, "200 OK", headers, body.getBytes(UTF_8));
  }

  private static JsonNode record(HttpResponse<?> answer) throws Exception {
    String id = answer.headers().firstValue("x-gimbal-call").orElseThrow();
    return server.get("/api/calls/" + id).body();
  }

  private static JsonNode error(String body) throws Exception {
    JsonNode error = Json.tree(body).path("error");
    assertThat(error.path("message").asText()).as(body).isNotBlank();
    assertThat(error.path("type").asText()).as(body).isNotBlank();
    return error;
  }

  @Test
  void row1ShouldPassTheUsageChunkAndWhatStandsBehindTheFinishReason() throws Exception {
    script("row1", EVENTS, TEXT + FINISH + LATE + USAGE + DONE);

    HttpResponse<String> answer =
        chat(body("row1", true).replace("}]", "}],\"stream_options\":{\"include_usage\":true}"));

    assertThat(answer.body()).isEqualTo(TEXT + FINISH + LATE + USAGE + DONE);
    assertThat(record(answer).path("output_tokens").asInt()).isEqualTo(9);
  }

  @Test
  void row2ShouldAskForUsageAndHideThatChunkAloneFromACallerWhoDidNot() throws Exception {
    script("row2", EVENTS, TEXT + FINISH + LATE + USAGE + DONE);

    HttpResponse<String> answer = chat("row2", true);

    assertThat(answer.body()).isEqualTo(TEXT + FINISH + LATE + DONE);
    assertThat(upstream.received("row2").getFirst().text())
        .endsWith("\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    assertThat(record(answer).path("output_tokens").asInt()).isEqualTo(9);
  }

  @Test
  void row3ShouldNotInventUsageAndCallItsOwnCountAnEstimate() throws Exception {
    String whole =
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello there\"},\"finish_reason\":\"stop\"}]}";
    script("row3", JSON, whole);

    HttpResponse<String> answer = chat("row3", false);

    assertThat(answer.body()).isEqualTo(whole);
    assertThat(record(answer).path("estimated").asBoolean()).isTrue();
    assertThat(record(answer).path("output_tokens").asInt()).isPositive();
    assertThat(record(answer).has("cached_tokens")).isFalse();
  }

  @Test
  void row4ShouldKeepTextFinishReasonAndUsageInTheOneFrameThatHeldThem() throws Exception {
    String frame =
        TEXT.replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}")
            .replace("}}],", "},\"finish_reason\":\"stop\"}],");
    script("row4", EVENTS, frame + DONE);

    HttpResponse<String> answer = chat("row4", true);

    assertThat(answer.body()).isEqualTo(frame + DONE).contains("\"finish_reason\":\"stop\"");
    assertThat(record(answer).path("output_tokens").asInt()).isEqualTo(1);
  }

  @Test
  void row5ShouldEndATruncatedAnswerWithTheLastEventThoughTheUpstreamForgotIt() throws Exception {
    String cut = FINISH.replace("stop", "length");
    script("row5", EVENTS, TEXT + cut);

    assertThat(chat("row5", true).body()).isEqualTo(TEXT + cut + DONE);
  }

  @Test
  void rows6And15And16And21ShouldLeaveToolsCacheMarksAndOrderAsTheyAre() throws Exception {
    String tools =
        TEXT.replace(
                "\"content\":\"Hi\"",
                "\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"function\":{\"arguments\":\"\",\"name\":\"f\"}},"
                    + "{\"index\":1,\"id\":\"t2\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]")
            + FINISH.replace("stop", "tool_calls");
    script("row6", EVENTS, tools + DONE);
    String body =
        """
        {"tools":[{"function":{"parameters":{"z":1,"a":1.50},"name":"f"},"type":"function"}],
         "messages":[{"content":[{"cache_control":{"type":"ephemeral"},"type":"text",
           "text":"\\u0068i \uD83D\uDE00"}],"role":"user"}], "stream_options" : { },
         "x_future":[1e2,-0.0,null],"stream":true ,"model":"raw/row6"}""";

    HttpResponse<String> answer = chat(body);

    assertThat(answer.body()).isEqualTo(tools + DONE);
    assertThat(upstream.received("row6").getFirst().text())
        .isEqualTo(body.replace("raw/row6", "row6").replace("{ }", "{\"include_usage\":true }"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void row8ShouldCancelTheUpstreamOfACallerWhoLeavesBeforeTheFirstByte(boolean stream)
      throws Exception {
    String model = "row8-" + stream;
    String body = body(model, stream);
    URI url = URI.create(server.url());
    try (Socket caller = new Socket(url.getHost(), url.getPort())) {
      String head =
          "POST %s HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\ncontent-length: %d\r\n\r\n"
              .formatted(CHAT, server.key(), body.length());
      caller.getOutputStream().write((head + body).getBytes(UTF_8));
      awaitReceived(model);
    }

    upstream.received(model).getFirst().gone().get(20, TimeUnit.SECONDS);
    JsonNode calls =
        server.await("/api/calls?model=raw/" + model, found -> found.path("data").size() == 1);
    assertThat(calls.at("/data/0/outcome").asText()).isEqualTo("cancelled");
    assertThat(calls.at("/data/0").has("output_tokens")).isFalse();
  }

  private static void awaitReceived(String model) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (upstream.received(model).isEmpty()) {
      assertThat(System.nanoTime()).as("the upstream was not called").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void row11ShouldMakeAnErrorOfOneThatAnUpstreamSaysUnderStatus200(boolean stream)
      throws Exception {
    String said = "{\n  \"error\": {\n    \"message\": \"overloaded\", \"type\": \"x\"\n  }\n}";
    String model = "row11-" + stream;
    script(model, stream ? EVENTS : JSON, stream ? event(said) : said);

    HttpResponse<String> answer = chat(model, stream);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(error(answer.body()).path("message").asText()).isEqualTo("overloaded");
    assertThat(record(answer).path("outcome").asText()).isEqualTo("failed");
  }

  private static String event(String json) {
    return "data: " + json.replace("\n", "\ndata: ") + "\n\n";
  }

  @Test
  void row12ShouldNotPassAStreamThatBrokeOffForAnAnswer() throws Exception {
    script("row12", EVENTS, TEXT);

    HttpResponse<String> answer = chat("row12", true);

    assertThat(answer.body()).startsWith(TEXT).doesNotContain("[DONE]");
    String last = answer.body().substring(TEXT.length());
    assertThat(error(last.substring("data: ".length())).path("code").asText())
        .isEqualTo("upstream_failed");
    assertThat(record(answer).path("outcome").asText()).isEqualTo("failed");
    assertThatThrownBy(
            () -> {
              try (StreamResponse<ChatCompletionChunk> stream =
                  client.chat().completions().createStreaming(call("row12"))) {
                stream.stream().forEach(chunk -> {});
              }
            })
        .isInstanceOf(OpenAIException.class);
  }

  @ParameterizedTest
  @CsvSource({"7,7", "99999999,3600"})
  void row14ShouldHandOnHowLongToWaitUpToAnHour(String said, String told) throws Exception {
    String busy =
        "{\"error\":{\"message\":\"slow down\",\"type\":\"x\",\"param\":null,\"code\":\"y\"}}";
    String headers = JSON + "retry-after: " + said + "\r\n";
    upstream.answer("row14", "429 Too Many Requests", headers, busy.getBytes(UTF_8));

    RateLimitException limited =
        catchThrowableOfType(
            RateLimitException.class, () -> client.chat().completions().create(call("row14")));

    assertThat(limited.headers().values("retry-after")).containsExactly(told);
    assertThat(limited.code()).contains("y");
    assertThat(chat("row14", false).body()).isEqualTo(busy);
  }

  @Test
  void row14ShouldSayHowLongToWaitWhereAKeysOwnLimitIsReached() throws Exception {
    script("row14-limit", JSON, "{\"choices\":[]}");
    JsonNode key =
        server
            .post("/api/keys", Map.of("name", "two", "role", "developer", "requests_per_minute", 2))
            .body();
    OpenAIClient limited =
        OpenAIOkHttpClient.builder()
            .baseUrl(server.url() + "/v1")
            .apiKey(key.path("key").asText())
            .maxRetries(0)
            .build();
    limited.chat().completions().create(call("row14-limit"));
    limited.chat().completions().create(call("row14-limit"));

    RateLimitException refused =
        catchThrowableOfType(
            RateLimitException.class,
            () -> limited.chat().completions().create(call("row14-limit")));

    assertThat(refused.code()).contains("rate_limited");
    assertThat(Integer.parseInt(refused.headers().values("retry-after").getFirst()))
        .isBetween(1, 60);
    assertThat(upstream.received("row14-limit")).hasSize(2);
    limited.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST /v1/nothing|{}|404|path_unknown",
        "POST /v1/|{}|404|path_unknown",
        "DELETE /v1/chat/completions||405|method_unsupported",
        "POST /v1/chat/completions|{\"model\":|400|field_invalid",
        "POST /v1/chat/completions|[]|400|field_invalid",
        "POST /v1/chat/completions||400|field_invalid",
        "POST /v1/completions|{\"model\":\"none/x\",\"prompt\":\"\"}|404|model_unknown",
        "POST /v1/embeddings|{\"model\":\"none/x\",\"input\":\"\"}|404|model_unknown",
        "GET /v1/models/none%2Fx||404|model_unknown",
        "GET /v1/models/%ZZ||404|model_unknown",
      })
  void row22ShouldTellEveryErrorInOpenAisShape(String what, String body, int status, String code)
      throws Exception {
    String text = body == null ? "" : body;
    String answer =
        exchange(
            what
                + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
                + server.key()
                + "\r\ncontent-length: "
                + text.length()
                + "\r\n\r\n"
                + text);

    assertShape(answer, status, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/models HTTP/1.1~host: x~connection: close~~|401|credential_missing",
        "POST /v1/chat/completions HTTP/1.1~host: x~x-long: LONG~~|431|head_too_large",
        "GET /v1/LONG HTTP/1.1~host: x~~|431|head_too_large",
        "POST /v1/chat/completions HTTP/1.1~host: x~content-length: 5x~~|400|request_invalid",
        "nonsense~~|400|request_invalid",
      })
  void row22ShouldDoSoToWhatIsHardlyHttp(String head, int status, String code) throws Exception {
    assertShape(
        exchange(head.replace("~", "\r\n").replace("LONG", "y".repeat(70_000))), status, code);
  }

  private static void assertShape(String answer, int status, String code) throws Exception {
    assertThat(answer).matches("(?s)HTTP/1.[01] " + status + " .*");
    assertThat(answer).contains("x-request-id: req_", "content-type: application/json");
    assertThat(error(answer.substring(answer.indexOf("\r\n\r\n")).strip()).path("code").asText())
        .isEqualTo(code);
  }

  private static String exchange(String bytes) throws IOException {
    URI url = URI.create(server.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void row24ShouldTakeThirtyMegabytesAsTheyAreAndRefuseMoreThanTheLimit() throws Exception {
    script(
        "row24", JSON, "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
    char[] picture = new char[30_000_000];
    Arrays.fill(picture, 'Q');
    String large = body("row24", false).replace("hi", new String(picture));

    HttpResponse<String> taken = chat(large);
    HttpResponse<String> refused = chat(large.replace("QQQQQQQQQQ", "QQQQQQQQQQQQ"));

    assertThat(taken.statusCode()).isEqualTo(200);
    assertThat(upstream.received("row24")).hasSize(1);
    assertThat(upstream.received("row24").getFirst().text().equals(large.replace("raw/", "")))
        .as("the same bytes")
        .isTrue();
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(error(refused.body()).path("code").asText()).isEqualTo("body_too_large");
  }

  @Test
  void row26ShouldNotCallABodyZippedThatItUnpacked() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write((TEXT + FINISH + DONE).getBytes(UTF_8));
    }
    upstream.answer("row26", "200 OK", EVENTS + "content-encoding: gzip\r\n", bytes.toByteArray());

    HttpResponse<String> answer = chat("row26", true);

    assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(TEXT + FINISH + DONE);
  }

  @Test
  void row27ShouldAnswerWholeThoughTheUpstreamStreamsUnasked() throws Exception {
    script("row27", EVENTS, TEXT + TEXT + FINISH + USAGE + DONE);

    var whole = client.chat().completions().create(call("row27"));

    assertThat(whole.choices().getFirst().message().content()).contains("HiHi");
    assertThat(whole.choices().getFirst().finishReason().toString()).isEqualTo("stop");
    assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(9);
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What goes wrong where bytes pass: whatever it is, the caller gets an error in its own form that
/// names the field or the limit, and the call is on record.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassedErrorsIT {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String FORM = "multipart/form-data; boundary=XY";
  private static final String NAMED =
      "--XY\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nup/m\r\n";
  private static final String FILE =
      "--XY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n";
  private static final String END = "--XY--\r\n";

  private House house;
  private int before;

  @BeforeAll
  void open() {
    Bodies bodies = new Bodies(64 << 10, 1 << 20, LONG);
    house = new House(House.config(new Deadlines(SHORT, SHORT, LONG, LONG, LONG), bodies, true));
    ProviderSettings settings =
        new ProviderSettings("mine", URI.create(house.upstream.baseUrl()), "sk-1", true);
    Provider mine = OpenAiModule.create(HttpProviderConfig.DEFAULT, house.vertx).create(settings);
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, mine);
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
  }

  /// How an upstream fails.
  enum Fault {
    REFUSES(400, "upstream_refused", "the upstream says: size"),
    PAGE(502, "upstream_failed", "The provider answered 500."),
    FORBIDS(502, "upstream_refused", "The provider answered 401."),
    RESETS(502, "upstream_failed", "provider"),
    BREAKS_OFF(502, "upstream_failed", "provider"),
    SAYS_NO_JSON(502, "upstream_failed", "not whole JSON"),
    IS_SILENT(504, "upstream_timed_out", "provider");

    private final int status;
    private final String code;
    private final String message;

    Fault(int status, String code, String message) {
      this.status = status;
      this.code = code;
      this.message = message;
    }

    void play(HttpServerRequest request) {
      HttpServerResponse response = request.response();
      switch (this) {
        case REFUSES ->
            json(response.setStatusCode(400))
                .end("{\"error\":{\"message\":\"the upstream says: size\",\"param\":\"size\"}}");
        case PAGE ->
            response.setStatusCode(500).putHeader("content-type", "text/html").end("<h1>Oh</h1>");
        case FORBIDS ->
            json(response.setStatusCode(401)).end("{\"error\":{\"message\":\"sk-secret\"}}");
        case RESETS -> request.connection().close();
        case BREAKS_OFF -> {
          json(response.setChunked(true)).write("{\"data\":[");
          request.connection().close();
        }
        case SAYS_NO_JSON -> json(response).end("{\"data\":[}");
        case IS_SILENT -> {
          // says nothing
        }
      }
    }

    private static HttpServerResponse json(HttpServerResponse response) {
      return response.putHeader("content-type", "application/json");
    }
  }

  /// A path, its upstream's path, its content type and a call.
  private static Stream<Arguments> calls() {
    String json = "application/json";
    return Stream.of(
            Arguments.of("/v1/images/generations", "/v1/images/generations", json, "up/m"),
            Arguments.of("/v1/audio/speech", "/v1/audio/speech", json, "up/m"),
            Arguments.of("/v1/images/edits", "/v1/images/edits", FORM, "up/m"),
            Arguments.of("/v1/audio/transcriptions", "/v1/audio/transcriptions", FORM, "up/m"),
            Arguments.of("/v1/files?provider=mine", "/v1/files", FORM, ""),
            Arguments.of(
                "/v1/messages/count_tokens", "/v1/messages/count_tokens", json, "claude/m"),
            Arguments.of(
                "/v1beta/models/gemini%2Fm:countTokens",
                "/v1beta/models/m:countTokens", json, "gemini/m"))
        .flatMap(
            call ->
                Stream.of(Fault.values())
                    .map(
                        fault ->
                            Arguments.of(
                                call.get()[0],
                                call.get()[1],
                                call.get()[2],
                                call.get()[3],
                                fault)));
  }

  @ParameterizedTest(name = "{0} {4}")
  @MethodSource("calls")
  void shouldTellAnUpstreamsFaultInTheCallersForm(
      String path, String upstream, String type, String model, Fault fault) throws IOException {
    house.upstream.on(upstream, request -> request.body().onSuccess(body -> fault.play(request)));
    String body =
        type.equals(FORM)
            ? (model.isEmpty() ? "" : NAMED) + FILE + END
            : "{\"model\":\"" + model + "\",\"prompt\":\"a\",\"input\":\"a\",\"messages\":[]}";

    HttpResponse<String> answer = send(path, type, body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(fault.status);
    assertThat(answer.body()).contains(fault.message).doesNotContain("sk-secret", "<h1>");
    assertForm(path, Json.tree(answer.body()));
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(settled.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(settled.error()).isEqualTo(fault.code);
  }

  private static void assertForm(String path, JsonNode answer) {
    if (path.startsWith("/v1beta")) {
      assertThat(answer.at("/error/code").isInt()).isTrue();
      assertThat(answer.at("/error/status").isTextual()).isTrue();
    } else if (path.startsWith("/v1/messages")) {
      assertThat(answer.path("type").asText()).isEqualTo("error");
      assertThat(answer.at("/error/type").isTextual()).isTrue();
    } else {
      assertThat(answer.at("/error/message").isTextual()).isTrue();
    }
  }

  private HttpResponse<String> send(String path, String type, String body) {
    return house.send(
        house.request(path).header("content-type", type).POST(BodyPublishers.ofString(body)));
  }

  private static Stream<Arguments> wrong() {
    String bigFile = FILE.replace("RIFF", "R".repeat(100_000));
    String image = "{\"model\":\"up/m\",\"prompt\":\"" + "p".repeat(100_000) + "\"}";
    return Stream.of(
        Arguments.of("multipart/form-data", NAMED + FILE + END, 415, null, "boundary"),
        Arguments.of(FORM, FILE + END, 400, "model", "is missing"),
        Arguments.of(FORM, NAMED + NAMED + FILE + END, 400, "model", "twice"),
        Arguments.of(FORM, NAMED.replace("up/m", "") + FILE + END, 400, "model", "empty"),
        Arguments.of(FORM, NAMED.replace("up/m", "x".repeat(700)), 400, "model", "512 bytes"),
        Arguments.of(FORM, FILE + "--XY\r\nnonsense", 400, "body", "no whole"),
        Arguments.of(FORM, (FILE + NAMED + END).replace("\r\n", "\n"), 400, "body", "boundary"),
        Arguments.of(FORM, bigFile + NAMED + END, 400, "model", "65536 bytes"),
        Arguments.of("application/json", image, 413, null, "65536 bytes"),
        Arguments.of("application/json", "{\"prompt\":\"a\"}", 400, "model", "model"),
        Arguments.of("application/json", "{\"model\":\"up/m\",", 400, "body", "JSON"),
        Arguments.of("text/plain", "hello", 400, "body", "JSON"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void shouldNameTheFieldOrTheLimitOfABodyThatCannotPass(
      String type, String body, int status, String field, String message) throws IOException {
    HttpResponse<String> answer = send("/v1/images/edits", type, body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = Json.tree(answer.body()).path("error");
    assertThat(error.path("message").asText()).contains(message);
    assertThat(error.path("param").textValue()).isEqualTo(field);
  }

  @Test
  void shouldRefuseAnUploadThatIsDeclaredTooLargeBeforeItComes() throws Exception {
    for (String path : new String[] {"/v1/images/edits", "/v1/files?provider=mine"}) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
        socket.setSoTimeout(20_000);
        socket
            .getOutputStream()
            .write(
                ("POST "
                        + path
                        + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                        + House.KEY
                        + "\r\ncontent-type: "
                        + FORM
                        + "\r\ncontent-length: 3000000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        byte[] read = new byte[4_096];
        int count = socket.getInputStream().read(read);
        String answer = new String(read, 0, count, StandardCharsets.UTF_8);
        assertThat(answer).contains("413").contains("larger than 2147483648 bytes");
      }
    }
  }

  @Test
  void shouldSendNoContentTypeWhereTheCallerSaidNone() {
    house.upstream.on(
        "/v1/files",
        request ->
            request
                .body()
                .onSuccess(
                    body ->
                        request
                            .response()
                            .end("typed: " + request.headers().contains("content-type"))));

    HttpResponse<String> answer =
        house.send(house.request("/v1/files?provider=mine").POST(BodyPublishers.noBody()));

    assertThat(answer.body()).isEqualTo("typed: false");
  }

  @Test
  void shouldCutSoundThatBreaksOffSoThatNobodyTakesItForWhole() {
    house.upstream.on(
        "/v1/audio/speech",
        request -> {
          request
              .response()
              .setChunked(true)
              .putHeader("content-type", "audio/mpeg")
              .write(Buffer.buffer(new byte[200_000]));
          house.vertx.setTimer(200, id -> request.connection().close());
        });

    assertThatThrownBy(
            () ->
                send(
                    "/v1/audio/speech", "application/json", "{\"model\":\"up/m\",\"input\":\"a\"}"))
        .isInstanceOf(IllegalStateException.class);

    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.FAILED);
  }
}

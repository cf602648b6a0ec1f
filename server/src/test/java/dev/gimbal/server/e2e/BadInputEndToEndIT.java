package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is wrong is told with its code and field, and nothing else is hurt.
class BadInputEndToEndIT {
  private static final String ASK = "/api/collections/default/ask";
  private static final String CHAT = "/v1/chat/completions";
  private static final byte[] NOT_UTF_8 = {(byte) 0xc3, (byte) 0x28, (byte) 0xff};

  @TempDir static Path data;
  private static final Vertx VERTX = Vertx.vertx();
  private static ScenarioUpstream upstream;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    upstream = ScenarioUpstream.start(VERTX);
    server =
        PackagedServer.start(
            data,
            Map.of(
                "GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true",
                "GIMBAL_SERVER_LIMITS_FIRST_HEAD", "4s",
                "GIMBAL_SERVER_LIMITS_STALLED_CLIENT", "2s"));
    Map<String, String> provider =
        Map.of(
            "name", "scenario",
            "dialect", "openai",
            "base_url", upstream.baseUrl(),
            "credential", "sk-any");
    assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
    JsonNode upload =
        server.upload("default", Map.of("door.md", "# Door\n\nThe door code is 4711.\n")).body();
    server.ended(upload.path("job").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    upstream.close();
    VERTX.close().await(20, TimeUnit.SECONDS);
  }

  /// After every one of them.
  @AfterEach
  void everythingElseStillWorks() throws Exception {
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    Answer answer = server.post(ASK, Map.of("question", "What is the door code?"));
    assertThat(answer.body().path("answer").asText()).contains("4711");
  }

  @Test
  void shouldFailTheFilesThatAreEmptyOrNotWhatTheirNamesSayAndTakeTheOthers() throws Exception {
    server.post("/api/collections", Map.of("name", "files"));
    Map<String, byte[]> files = new HashMap<>();
    files.put("empty.md", new byte[0]);
    files.put("blank.txt", utf8(" \n\n "));
    files.put("picture.pdf", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    files.put("text.pdf", utf8("The kettle is blue."));
    files.put("latin.txt", "Le café coûte cinq écus.".getBytes(StandardCharsets.ISO_8859_1));

    JsonNode upload = server.uploadBytes("files", files).body();
    JsonNode job = server.ended(upload.path("job").asText());

    assertThat(upload.path("documents").toString()).contains("document_empty");
    Map<String, String> failures = new HashMap<>();
    for (JsonNode failure : job.path("failures")) {
      failures.put(failure.path("item").asText(), failure.path("code").asText());
      assertThat(failure.path("message").asText()).isNotBlank();
    }
    assertThat(failures)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "blank.txt", "document_empty",
                "empty.md", "document_empty",
                "picture.pdf", "format_unsupported"));
    assertThat(found("kettle")).contains("The kettle is blue.");
    assertThat(found("café")).contains("Le café coûte cinq écus.");
  }

  private static String found(String query) throws Exception {
    return server
        .post("/api/collections/files/search", Map.of("query", query))
        .body()
        .at("/results/0/text")
        .asText();
  }

  @Test
  void shouldRefuseBytesThatAreNoUtf8() throws Exception {
    Answer own = raw(ASK, bytes("{\"question\":\"", NOT_UTF_8, "\"}"));
    Answer dialect =
        raw(
            CHAT,
            bytes(
                "{\"model\":\"fake/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"",
                NOT_UTF_8,
                "\"}]}"));

    assertProblem(own, 400, "request_invalid", null);
    assertThat(own.body().path("detail").asText()).contains("UTF-8");
    assertThat(dialect.status()).isEqualTo(400);
    assertThat(dialect.body().at("/error/message").asText()).contains("UTF-8");
  }

  @Test
  void shouldRefuseAQuestionOfAMegabyte() throws Exception {
    String endless = "x".repeat(1_000_000);

    assertProblem(
        server.post(ASK, Map.of("question", endless)), 400, "question_too_long", "question");
    assertProblem(
        server.post("/api/collections/default/search", Map.of("query", endless)),
        400,
        "question_too_long",
        "query");
    assertProblem(
        server.post(ASK, Map.of("question", "x".repeat(1 << 20))), 413, "body_too_large", null);
    Answer application =
        server.post(
            CHAT,
            Map.of(
                "model",
                "app:default",
                "messages",
                List.of(Map.of("role", "user", "content", endless))));
    assertThat(application.status()).isEqualTo(400);
    assertThat(application.body().at("/error/code").asText()).isEqualTo("question_too_long");
  }

  @Test
  void shouldNameTheFieldThatIsUnknownOrStandsTwice() throws Exception {
    Answer unknown = server.post(ASK, Map.of("question", "Why?", "qestion", "Why?"));
    Answer twice = raw(ASK, utf8("{\"question\":\"Why?\",\"question\":\"How?\"}"));
    Answer nested =
        raw(ASK, utf8("{\"question\":\"Why?\",\"filter\":{\"formats\":[],\"formats\":[]}}"));
    Answer model =
        raw(
            CHAT,
            utf8(
                """
                {"model":"fake/echo","messages":[{"role":"user","content":"hi"}],
                 "model":"fake/scripted"}
                """));

    assertProblem(unknown, 400, "request_invalid", "qestion");
    assertProblem(twice, 400, "request_invalid", "question");
    assertProblem(nested, 400, "request_invalid", "filter.formats");
    assertThat(model.status()).isEqualTo(400);
    assertThat(model.body().at("/error/code").asText()).isEqualTo("field_invalid");
    assertThat(model.body().at("/error/param").asText()).isEqualTo("model");
  }

  @Test
  void shouldServeBesideAThousandConnectionsThatSendNothingAndCloseThem() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        silent.add(connect());
      }

      assertThat(server.get("/api/status").status()).isEqualTo(200);
      assertThat(say("fake/echo").status()).isEqualTo(200);

      for (Socket socket : silent) {
        socket.setSoTimeout(30_000);
        assertThat(isClosedByTheServer(socket)).isTrue();
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static boolean isClosedByTheServer(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes().length < 1_000;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // a reset is an end as well
    }
  }

  @Test
  void shouldServeOthersBesideAClientThatStopsReadingAndDropItsCall() throws Exception {
    byte[] body =
        Json.bytes(
            Map.of(
                "model",
                "scenario/huge-4096",
                "stream",
                true,
                "messages",
                List.of(Map.of("role", "user", "content", "hello"))));
    try (Socket stalled = connect()) {
      stalled
          .getOutputStream()
          .write(
              bytes(
                  "POST %s HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n"
                          .formatted(CHAT, server.key())
                      + "content-type: application/json\r\ncontent-length: %d\r\n\r\n"
                          .formatted(body.length),
                  body,
                  ""));
      InputStream answer = stalled.getInputStream();
      assertThat(new String(answer.readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");

      assertThat(say("fake/echo").status()).isEqualTo(200);
      assertThat(say("scenario/plain").status()).isEqualTo(200);

      JsonNode calls =
          server.await(
              "/api/calls?model=scenario/huge-4096",
              page -> !page.at("/data/0/outcome").asText("running").equals("running"));
      assertThat(calls.path("data")).hasSize(1);
      assertThat(calls.at("/data/0/outcome").asText()).isEqualTo("cancelled");
    }
  }

  private static Answer say(String model) throws Exception {
    return server.post(
        CHAT,
        Map.of("model", model, "messages", List.of(Map.of("role", "user", "content", "hello"))));
  }

  private static Socket connect() throws IOException {
    URI url = URI.create(server.url());
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 10_000);
    return socket;
  }

  /// @param field the one that the error must name; null if there is none to name
  private static void assertProblem(
      Answer answer, int status, String code, @Nullable String field) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
    assertThat(answer.body().path("detail").asText()).isNotBlank().hasSizeLessThan(500);
    assertThat(answer.body().path("request_id").asText()).isNotBlank();
    if (field != null) {
      assertThat(answer.body().at("/errors/0/field").asText()).isEqualTo(field);
    }
  }

  private static Answer raw(String path, byte[] body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(server.url() + path))
                  .version(HttpClient.Version.HTTP_1_1)
                  .timeout(Duration.ofMinutes(1))
                  .header("authorization", "Bearer " + server.key())
                  .header("content-type", "application/json")
                  .POST(BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), Json.tree(response.body()));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String before, byte[] middle, String after) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(utf8(before));
    all.writeBytes(middle);
    all.writeBytes(utf8(after));
    return all.toByteArray();
  }
}

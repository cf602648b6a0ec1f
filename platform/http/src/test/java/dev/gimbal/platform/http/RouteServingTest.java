package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@NullMarked
class RouteServingTest {
  private static TestServer server;

  enum Colour {
    RED,
    GREEN
  }

  record Part(String label, int weight) {}

  record Thing(
      String name, @Nullable Integer size, @Nullable List<Part> parts, @Nullable Colour colour) {
    Thing {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name must not be blank");
      }
    }
  }

  @BeforeAll
  static void start() {
    server =
        TestServer.of(
            Route.get("/api/things/{thing}")
                .right("things.read")
                .query("colour")
                .paged()
                .handle(
                    request ->
                        Response.ok(
                            Map.of(
                                "thing", request.path("thing"),
                                "limit", request.page().limit(),
                                "caller", request.caller().id()))),
            Route.post("/api/things")
                .right("things.write")
                .body(Thing.class)
                .answers(201, Thing.class)
                .handle(request -> Response.json(201, request.body(Thing.class))),
            Route.delete("/api/things/{thing}")
                .right("things.write")
                .handle(request -> Response.nothing()),
            Route.get("/api/broken")
                .open()
                .handle(
                    request -> {
                      throw new IllegalStateException("password is hunter2");
                    }),
            Route.get("/health/live").open().handle(request -> Response.ok(Map.of())));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldAnswerARouteWithItsPathAndCaller() {
    HttpResponse<String> answer = server.get("/api/things/a%20b?limit=7");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(answer).get("thing").asText()).isEqualTo("a b");
    assertThat(TestServer.json(answer).get("limit").asInt()).isEqualTo(7);
    assertThat(TestServer.json(answer).get("caller").asText()).isEqualTo("key_writer");
  }

  @Test
  void shouldGiveEachAnswerAnIdOfItsOwnAndNotTheClients() {
    HttpResponse<String> first =
        server.send(server.request("/health/live").header("x-request-id", "mine").build());
    HttpResponse<String> second = server.get("/api/nowhere");

    assertThat(requestId(first)).startsWith("req_");
    assertThat(requestId(second)).startsWith("req_").isNotEqualTo(requestId(first));
    assertThat(TestServer.json(second).get("request_id").asText()).isEqualTo(requestId(second));
  }

  @Test
  void shouldSayNothingOfADefectButItsId() {
    HttpResponse<String> answer = server.get("/api/broken");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(TestServer.json(answer).get("code").asText()).isEqualTo("server_failed");
    assertThat(answer.body()).contains(requestId(answer)).doesNotContain("hunter2", "Exception");
  }

  @Test
  void shouldLogADefectWithTheIdThatItsAnswerHas() {
    Logger logger = (Logger) LoggerFactory.getLogger(RouteCall.class);
    ListAppender<ILoggingEvent> log =
        new ListAppender<>() {
          @Override
          protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            super.append(event);
          }
        };
    log.start();
    logger.setLevel(Level.ERROR);
    logger.addAppender(log);
    try {
      HttpResponse<String> answer = server.get("/api/broken");

      assertThat(log.list)
          .filteredOn(event -> event.getLevel() == Level.ERROR)
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getMDCPropertyMap())
                      .containsEntry("request_id", requestId(answer)));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(Level.OFF);
    }
  }

  @Test
  void shouldSayThatAListHasNoNextPage() {
    assertThat(Json.write(new Response.Listing<>(List.of("a"), null)))
        .isEqualTo("{\"data\":[\"a\"],\"next\":null}");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/nowhere, 404, path_unknown",
    "PUT, /api/things, 405, method_unsupported",
    "GET, /api/things/a?color=red, 400, request_invalid",
    "GET, /api/things/a?limit=0, 400, request_invalid",
    "GET, /api/things/a?limit=x, 400, request_invalid",
    "GET, /api/things/%ff, 400, request_invalid",
    "GET, /api/things/, 404, path_unknown"
  })
  void shouldRefuseWhatNoRouteTakes(String method, String path, int status, String code) {
    HttpResponse<String> answer =
        server.send(
            server.request(path).method(method, HttpRequest.BodyPublishers.noBody()).build());

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(TestServer.json(answer).get("code").asText()).isEqualTo(code);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
  }

  @Test
  void shouldNameTheMethodsThatAPathTakes() {
    HttpResponse<String> answer =
        server.send(
            server.request("/api/things/a").PUT(HttpRequest.BodyPublishers.noBody()).build());

    assertThat(answer.headers().firstValue("allow")).contains("DELETE, GET");
  }

  @Test
  void shouldTellAMissingCredentialFromAMissingRight() {
    HttpRequest.Builder nobody =
        server.request("/api/things/a").setHeader("authorization", "Bearer gmb_unknown");
    HttpRequest.Builder reader =
        server.request("/api/things/a").DELETE().setHeader("authorization", "Bearer gmb_reader");

    HttpResponse<String> unknown = server.send(nobody.build());
    HttpResponse<String> lacking = server.send(reader.build());

    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(lacking.statusCode()).isEqualTo(403);
    assertThat(TestServer.json(lacking).get("detail").asText()).contains("things.write");
  }

  @Test
  void shouldTakeASessionForChangesOnlyWithItsCsrfToken() {
    HttpRequest.Builder without =
        server
            .request("/api/things/a")
            .DELETE()
            .setHeader("authorization", "none")
            .header("cookie", "gimbal_session=session-writer");
    HttpRequest.Builder with = without.copy().header(Csrf.HEADER, Csrf.tokenOf("session-writer"));
    HttpRequest.Builder reading = without.copy().GET();

    assertThat(server.send(without.build()).statusCode()).isEqualTo(401);
    assertThat(server.send(with.build()).statusCode()).isEqualTo(204);
    assertThat(server.send(reading.build()).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldReadABodyIntoItsRecord() {
    HttpResponse<String> answer =
        server.post(
            "/api/things",
            "{\"name\":\"x\",\"parts\":[{\"label\":\"a\",\"weight\":3}],\"size\":2}");

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body())
        .isEqualTo("{\"name\":\"x\",\"size\":2,\"parts\":[{\"label\":\"a\",\"weight\":3}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\"x\",\"nam\":1} | nam",
        "{\"name\":\"x\",\"name\":\"y\"} | name",
        "{\"name\":\"x\",\"n\\u0061me\":\"y\"} | name",
        "{\"name\":\"x\",\"parts\":[{\"label\":\"a\",\"weight\":1},{\"label\":\"a\",\"label\":\"b\",\"weight\":1}]} | parts[1].label",
        "{\"name\":\"x\",\"parts\":[{\"label\":\"a\",\"weight\":1,\"heavy\":true}]} | parts[0].heavy",
        "{\"name\":\"x\",\"parts\":[{\"label\":\"a\"}]} | parts[0].weight",
        "{\"name\":\"x\",\"parts\":[{\"label\":\"a\",\"weight\":\"3\"}]} | parts[0].weight",
        "{\"name\":\"x\",\"parts\":[{\"label\":\"a\",\"weight\":3.5}]} | parts[0].weight",
        "{\"name\":\"x\",\"parts\":{}} | parts",
        "{\"name\":7} | name",
        "{\"size\":1} | name",
        "{\"name\":null} | name",
        "{\"name\":\"x\",\"size\":true} | size",
        "{\"name\":\"x\",\"size\":99999999999} | size",
        "{\"name\":\"x\",\"colour\":\"BLUE\"} | colour"
      })
  void shouldNameTheFieldThatIsWrong(String body, String field) {
    HttpResponse<String> answer = server.post("/api/things", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode errors = TestServer.json(answer).get("errors");
    assertThat(errors).as(answer.body()).isNotNull().isNotEmpty();
    assertThat(errors.get(0).get("field").asText()).as(answer.body()).isEqualTo(field);
  }

  @Test
  void shouldNameEveryUnknownAndMissingFieldAtOnce() {
    JsonNode problem = TestServer.json(server.post("/api/things", "{\"a\":1,\"b\":2,\"size\":1}"));

    assertThat(problem.get("errors").findValuesAsText("field")).containsExactly("a", "b", "name");
  }

  @Test
  void shouldGiveTheMessageOfARecordThatRefuses() {
    HttpResponse<String> answer = server.post("/api/things", "{\"name\":\" \"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(answer).get("detail").asText()).contains("name must not be blank");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"``", "{", "[]", "null", "{} x", "{\"name\":\"x\"}{}", "\"x\""})
  void shouldRefuseWhatIsNotOneJsonObject(String body) {
    assertThat(server.post("/api/things", body).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldRefuseAFarTooDeepBody() {
    HttpResponse<String> answer = server.post("/api/things", "[".repeat(5_000));

    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void shouldRefuseInvalidUtf8() {
    HttpRequest request =
        server
            .request("/api/things")
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    new byte[] {
                      '{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xff, '"', '}'
                    }))
            .build();

    HttpResponse<String> answer = server.send(request);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(answer).get("detail").asText()).contains("UTF-8");
  }

  @Test
  void shouldRefuseAnotherMediaType() {
    HttpRequest request =
        server
            .request("/api/things")
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("name=x"))
            .build();

    assertThat(server.send(request).statusCode()).isEqualTo(415);
  }

  @Test
  void shouldRefuseABodyWhereNoneIsTaken() {
    HttpRequest request =
        server
            .request("/api/things/a")
            .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"force\":true}"))
            .build();

    assertThat(server.send(request).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldAnswerHeadLikeGetWithoutTheBody() {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/api/things/a")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
  }

  @Test
  void shouldKeepBrowsersFromGuessingAndFraming() {
    var headers = server.get("/api/things/a").headers();

    assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
    assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
    assertThat(headers.firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(headers.firstValue("cache-control")).contains("no-store");
  }

  private static String requestId(HttpResponse<String> response) {
    return response.headers().firstValue("x-request-id").orElse("");
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.http.Csrf;
import dev.gimbal.platform.http.SessionCookie;
import dev.gimbal.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
  private static final Bodies SMALL = new Bodies(200_000, 300_000, Duration.ofMillis(700));

  private House house;

  @BeforeAll
  void open() {
    house = new House(House.config(House.DEADLINES, SMALL, true));
  }

  @AfterAll
  void close() {
    house.close();
  }

  private static String code(HttpResponse<String> answer) throws Exception {
    return Json.tree(answer.body()).path("error").path("code").asText();
  }

  private HttpResponse<String> chatAs(String key, String body) {
    return house.send(
        house
            .request("/v1/chat/completions")
            .setHeader("authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldLetInExactlyTheLimitOfFiftyCallsAtOnce() {
    house.keys.put("gmb_ten", House.principal(10, Rights.TENANT));
    int before = house.ledger.settlements().size();

    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    house.client.sendAsync(
                        house
                            .request("/v1/chat/completions")
                            .setHeader("authorization", "Bearer gmb_ten")
                            .POST(BodyPublishers.ofString(House.body("delay-100", false)))
                            .build(),
                        BodyHandlers.ofString()))
            .toList();
    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers).filteredOn(a -> a.statusCode() == 200).hasSize(10);
    List<HttpResponse<String>> refused =
        answers.stream().filter(a -> a.statusCode() == 429).toList();
    assertThat(refused).hasSize(40);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.headers().firstValue("retry-after")).contains("60");
              assertThat(answer.headers().firstValue("x-ratelimit-limit-requests")).contains("10");
              assertThat(code(answer)).isEqualTo("rate_limited");
            });
    house.ledger.awaitSettled(before + 50);
    assertThat(house.ledger.settlements().subList(before, before + 50))
        .filteredOn(s -> s.outcome() == Outcome.REFUSED)
        .hasSize(40);
  }

  @Test
  void shouldRefuseAMissingCredentialAndAMissingRight() throws Exception {
    HttpResponse<String> unknown = chatAs("gmb_unknown", House.body("plain", false));
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(code(unknown)).isEqualTo("credential_missing");

    house.keys.put("gmb_none", House.principal(null, Set.of()));
    HttpResponse<String> forbidden = chatAs("gmb_none", House.body("plain", false));
    assertThat(forbidden.statusCode()).isEqualTo(403);
    assertThat(forbidden.body()).contains("models.call");
  }

  @Test
  void shouldTakeTheKeyInEitherHeader() {
    HttpResponse<String> answer =
        house.send(
            house
                .request("/v1/models")
                .setHeader("authorization", "Basic x")
                .header("x-api-key", House.KEY));
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldTakeTheConsolesSessionWithItsTokenOnlyAndNeverBesideAWrongKey() {
    String session = "session-of-somebody";
    house.keys.put(session, House.principal(null, Rights.TENANT));
    String token = Csrf.tokenOf(session);

    assertThat(inSession(session, token, null)).isEqualTo(200);
    assertThat(inSession(session, null, null)).isEqualTo(401);
    assertThat(inSession(session, Csrf.tokenOf("another"), null)).isEqualTo(401);
    assertThat(inSession("unknown", Csrf.tokenOf("unknown"), null)).isEqualTo(401);
    assertThat(inSession(session, token, "Bearer gmb_wrong")).isEqualTo(401);
  }

  private int inSession(String session, @Nullable String token, @Nullable String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + house.port() + "/v1/chat/completions"))
            .timeout(Duration.ofSeconds(30))
            .header("cookie", SessionCookie.NAME + "=" + session)
            .POST(BodyPublishers.ofString(House.body("plain", false)));
    if (token != null) {
      request.header(Csrf.HEADER, token);
    }
    if (authorization != null) {
      request.header("authorization", authorization);
    }
    return house.send(request).statusCode();
  }

  @Test
  void shouldTagACallAsItsKeySaysWhateverItsCallerSays() {
    Principal plain = House.principal(null, Rights.TENANT);
    house.keys.put(
        "gmb_tagged",
        new Principal(
            plain.tenant(),
            plain.kind(),
            plain.uuid(),
            plain.name(),
            plain.role(),
            plain.rights(),
            null,
            Map.of("team", "blue")));
    int before = house.ledger.opened().size();

    house.send(
        house
            .request("/v1/chat/completions")
            .setHeader("authorization", "Bearer gmb_tagged")
            .header("x-gimbal-tag-team", "red")
            .header("x-gimbal-tag-feature", "chat")
            .POST(BodyPublishers.ofString(House.body("plain", false))));

    assertThat(house.ledger.opened().get(before).tags())
        .containsOnly(Map.entry("team", "blue"), Map.entry("feature", "chat"));
  }

  @Test
  void shouldReadATagInTheLanguageItWasWrittenIn() throws Exception {
    String body = House.body("plain", false);
    for (String team : List.of("人力资源", "Büro", "ops")) {
      int before = house.ledger.opened().size();
      try (RawCall call = RawCall.withHeader(house.port(), body, "x-gimbal-tag-team: " + team)) {
        call.readUntil("usage");
      }
      assertThat(house.ledger.opened().get(before).tags()).containsEntry("team", team);
    }
  }

  @Test
  void shouldRefuseABodyOverTheLimitDeclaredOrNot() throws Exception {
    byte[] large =
        House.body("plain", false)
            .replace("Say", "x".repeat(200_000))
            .getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> declared =
        house.send(house.request("/v1/chat/completions").POST(BodyPublishers.ofByteArray(large)));
    HttpResponse<String> chunked =
        house.send(
            house
                .request("/v1/chat/completions")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large))));

    assertThat(declared.statusCode()).isEqualTo(413);
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(code(declared)).isEqualTo("body_too_large");
  }

  @Test
  void shouldTakeAGzippedBodyAndStopABombAtTheLimit() throws Exception {
    HttpResponse<String> good = zipped(House.body("plain", false));
    HttpResponse<String> bomb =
        zipped(House.body("plain", false).replace("Say", " ".repeat(50_000_000)));

    assertThat(good.statusCode()).isEqualTo(200);
    byte[] received = house.upstream.received().getLast().body();
    assertThat(new String(received, StandardCharsets.UTF_8))
        .isEqualTo(House.body("plain", false).replace("up/", ""));
    assertThat(bomb.statusCode()).isEqualTo(413);
  }

  @Test
  void shouldRefuseAGzippedBodyThatWasCutAtAnyByte() throws Exception {
    byte[] whole = zip(House.body("plain", false));
    int calls = house.upstream.received().size();

    for (int cut = 0; cut < whole.length; cut++) {
      HttpResponse<String> answer = sendZipped(Arrays.copyOf(whole, cut));
      assertThat(answer.statusCode()).as("cut at %d of %d", cut, whole.length).isEqualTo(400);
      assertThat(code(answer)).isEqualTo("field_invalid");
    }

    assertThat(house.upstream.received()).hasSize(calls);
  }

  private HttpResponse<String> zipped(String body) throws IOException {
    return sendZipped(zip(body));
  }

  private static byte[] zip(String body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(body.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private HttpResponse<String> sendZipped(byte[] bytes) {
    return house.send(
        house
            .request("/v1/chat/completions")
            .header("content-encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(bytes)));
  }

  @Test
  void shouldRefuseWhatIsNotJsonOrNotUtf8OrZippedInAnotherWay() throws Exception {
    assertThat(house.chat("{\"model\":\"up/plain\"").body()).contains("is not JSON");
    HttpResponse<String> latin =
        house.send(
            house
                .request("/v1/chat/completions")
                .POST(
                    BodyPublishers.ofByteArray("{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1))));
    assertThat(latin.statusCode()).isEqualTo(400);
    assertThat(latin.body()).contains("broken UTF-8");
    HttpResponse<String> brotli =
        house.send(
            house
                .request("/v1/chat/completions")
                .header("content-encoding", "br")
                .POST(BodyPublishers.ofString("x")));
    assertThat(brotli.statusCode()).isEqualTo(415);
    HttpResponse<String> twice =
        house.chat("{\"model\":\"up/plain\",\"m\\u006fdel\":\"up/other\",\"messages\":[]}");
    assertThat(twice.statusCode()).isEqualTo(400);
    assertThat(Json.tree(twice.body()).path("error").path("param").asText()).isEqualTo("model");
  }

  @Test
  void shouldBoundTheBytesOfBodiesHeldAtATime() throws Exception {
    String large = House.body("mute", false).replace("Say", "x".repeat(150_000));
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    try (RawCall first = new RawCall(house.port(), large)) {
      house.upstream.awaitCall(calls + 1);
      HttpResponse<String> second = house.chat(large);
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(code(second)).isEqualTo("server_busy");
      assertThat(second.headers().firstValue("retry-after")).contains("1");
      first.hangUp();
    }
    house.ledger.awaitSettled(before + 1);
    HttpResponse<String> after = house.chat(large.replace("mute", "plain"));
    assertThat(after.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldGiveUpOnABodyThatDoesNotArrive() throws Exception {
    try (RawCall slow = RawCall.withLength(house.port(), "{\"model\":", 100)) {
      assertThat(slow.readUntil("did not arrive")).contains("400 Bad Request");
    }
  }

  @Test
  void shouldKeepTagsAndContinueTheCallersTrace() {
    int before = house.ledger.opened().size();
    HttpResponse<String> answer =
        house.send(
            house
                .request("/v1/chat/completions")
                .header("x-gimbal-tag-Team", "blue")
                .header("x-secret", "s3cr3t")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .POST(BodyPublishers.ofString(House.body("plain", false))));

    assertThat(answer.statusCode()).isEqualTo(200);
    var opened = house.ledger.opened().get(before);
    assertThat(opened.tags()).containsOnlyKeys("team").containsEntry("team", "blue");
    assertThat(opened.trace().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(opened.parentSpan()).isEqualTo("b7ad6b7169203331");
    var upstream = house.upstream.received().getLast().headers();
    assertThat(upstream.get("traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c-");
    assertThat(upstream.contains("x-secret")).isFalse();
    assertThat(upstream.contains("authorization")).isFalse();
    assertThat(house.ledger.kept.spans().getLast().text()).isEqualTo("Say hello");
    assertThat(house.ledger.kept.spans().getLast().parent()).isEqualTo("b7ad6b7169203331");
    assertThat(house.ledger.kept.spans().getLast().root()).isTrue();
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.guard.FixedGuards;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds in every dialect of a caller, whatever the target speaks: a caller who leaves takes
/// its upstream along and pays for what it had, a target that fails in its first event under 200
/// gives way to the next one, and silence is filled where the dialect has words for it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryDialectIT {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Deadlines DEADLINES =
      new Deadlines(LONG, LONG, Duration.ofSeconds(20), Duration.ofMillis(100), LONG);
  private static final List<String> PROVIDERS = List.of("up", "claude", "gemini");

  private House house;
  private int before;
  private int asked;

  /// How a caller streams.
  enum Wire {
    CHAT,
    MESSAGES,
    RESPONSES,
    GEMINI,
    GEMINI_ARRAY;

    String path(String model) {
      return switch (this) {
        case CHAT -> "/v1/chat/completions";
        case MESSAGES -> "/v1/messages";
        case RESPONSES -> "/v1/responses";
        case GEMINI -> gemini(model) + ":streamGenerateContent?alt=sse";
        case GEMINI_ARRAY -> gemini(model) + ":streamGenerateContent";
      };
    }

    private static String gemini(String model) {
      return "/v1beta/models/" + model.replace("/", "%2F");
    }

    String body(String model) {
      String head = "{\"model\":\"" + model + "\",\"stream\":true,";
      return switch (this) {
        case CHAT, MESSAGES ->
            head
                + "\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}";
        case RESPONSES -> head + "\"input\":\"Say hello\"}";
        case GEMINI, GEMINI_ARRAY -> "{\"contents\":[{\"parts\":[{\"text\":\"Say hello\"}]}]}";
      };
    }
  }

  private static Stream<Arguments> pairs() {
    return Stream.of(Wire.values())
        .flatMap(wire -> PROVIDERS.stream().map(provider -> Arguments.of(wire, provider)));
  }

  @BeforeAll
  void open() {
    house = new House(House.config(DEADLINES, Bodies.DEFAULT, true));
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
    asked = house.upstream.received().size();
  }

  private CallSettled settled(Outcome outcome) {
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(house.ledger.settlements()).hasSize(before + 1);
    assertThat(settled.outcome()).isEqualTo(outcome);
    return settled;
  }

  private RawCall call(Wire wire, String model) throws IOException {
    return new RawCall(house.port(), wire.path(model), wire.body(model));
  }

  private HttpResponse<String> ask(Wire wire, String model) {
    return house.send(
        house.request(wire.path(model)).POST(BodyPublishers.ofString(wire.body(model))));
  }

  private void route(@Nullable TimeLimits limits, String... models) {
    RouteDeclaration route =
        new RouteDeclaration(
            "pair",
            Stream.of(models).map(RouteTarget::of).toList(),
            Policy.ORDERED,
            null,
            null,
            2,
            limits);
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("pair", route)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldCancelTheUpstreamBeforeItsFirstByte(Wire wire, String provider) throws Exception {
    Received received;
    try (RawCall caller = call(wire, provider + "/mute")) {
      received = house.upstream.awaitCall(asked + 1);
      caller.hangUp();
    }

    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    settled(Outcome.CANCELLED);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldCancelTheUpstreamInTheMiddleAndBillWhatWasHeard(Wire wire, String provider)
      throws Exception {
    String model = provider + "/slow-100";
    house.prices.put(model, new Price(1_000_000, 1_000_000, null));
    try (RawCall caller = call(wire, model)) {
      caller.readUntil("token2");
    }

    Received received = house.upstream.awaitCall(asked + 1);
    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(received.sent().get()).isLessThan(20);
    CallSettled settled = settled(Outcome.CANCELLED);
    assertThat(settled.outputTokens()).isBetween(2L, 20L);
    assertThat(settled.costNanoUsd()).isGreaterThanOrEqualTo(settled.outputTokens());
    assertThat(settled.estimated()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldAskTheNextTargetWhereOneFailsUnder200(Wire wire, String provider) {
    route(null, provider + "/inband", "up/plain");

    HttpResponse<String> answer = ask(wire, "pair");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("token0", "token19").doesNotContain("scripted");
    assertThat(settled(Outcome.SUCCEEDED).model()).isEqualTo("up/plain");
    assertThat(house.upstream.received()).hasSize(asked + 2);
  }

  @ParameterizedTest
  @EnumSource(value = Wire.class, names = "GEMINI_ARRAY", mode = EnumSource.Mode.EXCLUDE)
  void shouldAskNobodyElseAndRecordAFailureWhereAnErrorComesLate(Wire wire) {
    route(null, "gemini/inband-late", "up/plain");

    HttpResponse<String> answer = ask(wire, "pair");

    assertThat(answer.body()).contains("token1", "scripted").doesNotContain("token19");
    settled(Outcome.FAILED);
    assertThat(house.upstream.received()).hasSize(asked + 1);
  }

  /// What came at once with the beginning was not handed on; here there is time between them.
  @Test
  void shouldRecordAFailureWhereAnErrorComesLateInAnArray() {
    house.upstream.on(
        "/v1beta/models/late:streamGenerateContent",
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("content-type", "text/event-stream");
          response.write(
              "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one\"}]}}]}\n\n");
          house.vertx.setTimer(
              200,
              id -> response.end("data: {\"error\":{\"code\":500,\"message\":\"scripted\"}}\n\n"));
        });
    route(null, "gemini/late", "up/plain");

    assertThat(ask(Wire.GEMINI_ARRAY, "pair").body())
        .contains("one", "scripted")
        .doesNotContain("token19");
    settled(Outcome.FAILED);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void shouldFillSilenceWhereTheDialectHasWordsForIt(Wire wire) throws Exception {
    route(new TimeLimits(null, Duration.ofMillis(450), null, null), "up/mute");

    HttpResponse<String> answer = ask(wire, "pair");

    assertThat(answer.body()).contains("within 450 ms");
    if (wire == Wire.GEMINI_ARRAY) {
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(Json.tree(answer.body()).findPath("error").isObject()).isTrue();
    } else {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).startsWith(": keep-alive\n\n");
    }
    settled(Outcome.FAILED);
  }

  @Test
  void shouldKeepAnArrayAnArrayThoughItsBeginningIsLate() throws Exception {
    HttpResponse<String> answer = ask(Wire.GEMINI_ARRAY, "up/delay-400");

    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/json");
    assertThat(Json.tree(answer.body()).isArray()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldEndAStreamInItsOwnWayWhereAGuardRefusesTheRest(Wire wire, String provider)
      throws Exception {
    FixedGuards none = house.guards;
    house.guards =
        House.guarding(
            new GuardDeclaration(
                "words",
                new GuardRule.Deny(List.of("token4 token5")),
                Set.of(Place.ANSWER),
                Action.BLOCK,
                true,
                1_000));
    try {
      HttpResponse<String> answer = ask(wire, provider + "/slow-30");

      assertThat(answer.body())
          .contains("The guard words refuses the answer")
          .doesNotContain("token4", "[DONE]", "message_stop", "response.completed", "STOP");
      switch (wire) {
        case CHAT -> assertThat(answer.body()).contains("token3", "\ndata: {\"error\":{");
        case MESSAGES, RESPONSES ->
            assertThat(answer.body()).contains("token3", "event: error\ndata: {\"type\":\"error\"");
        case GEMINI ->
            assertThat(answer.body()).contains("token3", "data: {\"error\":{\"code\":400");
        case GEMINI_ARRAY -> assertThat(answer.statusCode()).isEqualTo(400);
      }
      assertThat(settled(Outcome.FAILED).error()).isEqualTo("guard_refused");
      boolean whole = wire == Wire.GEMINI_ARRAY;
      assertThat(house.upstream.awaitCall(asked + 1).ended().get(10, TimeUnit.SECONDS))
          .as("the upstream said all it had to say")
          .isEqualTo(whole);
    } finally {
      house.guards.close();
      house.guards = none;
    }
  }

  /// The pause that the provider asked for is seven seconds.
  @Test
  void shouldEndACallWhoseCallerLeavesInThePauseBeforeARetry() throws Exception {
    route(null, "up/status-503");
    try (RawCall caller = call(Wire.CHAT, "pair")) {
      assertThat(house.upstream.awaitCall(asked + 1).ended().get(10, TimeUnit.SECONDS)).isTrue();
      caller.readUntil(": keep-alive");
    }

    settled(Outcome.CANCELLED);
    assertThat(house.upstream.received()).hasSize(asked + 1);
  }

  @Test
  void shouldAskNobodyWhereTheCallerLeavesWhileAGuardStillJudgesThePrompt() throws Exception {
    CountDownLatch judging = new CountDownLatch(1);
    CountDownLatch judged = new CountDownLatch(1);
    FixedGuards slow =
        new FixedGuards(
            List.of(
                new GuardDeclaration(
                    "slow",
                    new GuardRule.Http("http://127.0.0.1/"),
                    Set.of(Place.PROMPT),
                    Action.BLOCK,
                    true,
                    10_000)),
            new SlowJudge(
                List.of(),
                (guard, place, text, within) -> {
                  judging.countDown();
                  try {
                    judged.await(10, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return SlowVerdict.PASSED;
                }));
    FixedGuards none = house.guards;
    house.guards = slow;
    try (RawCall caller = call(Wire.CHAT, "up/plain")) {
      assertThat(judging.await(10, TimeUnit.SECONDS)).isTrue();
      caller.hangUp();
      house.guards = none;
      // A call behind it on the same way shows that the leaving was heard.
      assertThat(ask(Wire.CHAT, "up/plain").statusCode()).isEqualTo(200);
    } finally {
      judged.countDown();
      house.guards = none;
    }

    house.ledger.awaitSettled(before + 2);
    assertThat(house.ledger.settlements().subList(before, before + 2))
        .extracting(CallSettled::outcome)
        .containsExactlyInAnyOrder(Outcome.SUCCEEDED, Outcome.CANCELLED);
    assertThat(house.upstream.received()).hasSize(asked + 1);
    slow.close();
  }
}

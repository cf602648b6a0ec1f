package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.sensitive.Entity;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls on their whole way: to another target where one fails, within budgets, past guards.
class FlowIT {
  /// A nano-USD a token.
  private static final Price PRICE = new Price(1_000_000, 1_000_000, null);

  private House house;

  @BeforeEach
  void open() {
    house = new House();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void route(String... models) {
    RouteDeclaration route =
        RouteDeclaration.of(
            "pair",
            Policy.ORDERED,
            Stream.of(models).map(model -> RouteTarget.of("up/" + model)).toList());
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("pair", route)));
  }

  private static String routed(boolean stream) {
    return House.body("x", stream).replace("up/x", "pair");
  }

  private CallSettled only() {
    CallSettled settled = house.ledger.awaitSettled(1);
    assertThat(house.ledger.settlements()).hasSize(1);
    return settled;
  }

  @ParameterizedTest
  @ValueSource(strings = {"status-500", "status-429", "html-502", "inband", "cut", "broken"})
  void shouldAnswerFromTheNextTargetWhereOneFails(String broken) {
    route(broken, "plain");

    HttpResponse<String> answer = house.chat(routed(false));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Hello from the scenario.");
    CallSettled settled = only();
    assertThat(settled.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(settled.model()).isEqualTo("up/plain");
    assertThat(house.ledger.opened().getFirst().model()).isEqualTo("up/" + broken);
    assertThat(house.ledger.opened().getFirst().requested()).isEqualTo("pair");
  }

  @Test
  void shouldAskNobodyElseWhatTheCallerDidWrong() {
    route("status-400", "plain");

    assertThat(house.chat(routed(false)).statusCode()).isEqualTo(400);
    assertThat(house.upstream.received()).hasSize(1);
  }

  @Test
  void shouldFailOverAStreamWhoseFirstEventIsAnError() {
    route("inband", "plain");

    HttpResponse<String> answer = house.chat(routed(true));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("token0").contains("[DONE]").doesNotContain("scripted");
    assertThat(only().model()).isEqualTo("up/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inband-late", "cut"})
  void shouldNeverChangeTheTargetBehindTheFirstEvent(String broken) {
    route(broken, "plain");

    HttpResponse<String> answer = house.chat(routed(true));

    assertThat(answer.body()).contains("token0").contains("\"error\"");
    assertThat(house.upstream.received()).hasSize(1);
    assertThat(only().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldSayWhatTheLastTargetSaidWhenAllFail() {
    route("status-500", "status-503");

    HttpResponse<String> answer = house.chat(routed(false));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(only().outcome()).isEqualTo(Outcome.FAILED);
  }

  private Limit money(long nanoUsd) {
    return new Limit(
        house.ids.next(),
        TenantId.FIRST,
        "b",
        Limit.Scope.TENANT,
        Limit.Unit.NANO_USD,
        nanoUsd,
        new Window.Calendar(Window.Calendar.Period.MONTH),
        true,
        false);
  }

  private static long reserved(String body) {
    return body.length() + 10L;
  }

  private static String bounded(String model, boolean stream) {
    return House.body(model, stream).replace("{\"model\"", "{\"max_tokens\":10,\"model\"");
  }

  @Test
  void shouldAdmitExactlyAsManyHeldCallsAsABudgetReserves() throws Exception {
    String body = bounded("mute", false);
    house.prices.put("up/mute", PRICE);
    house.budgets.declare(List.of(money(100 * reserved(body))));
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();

    for (int i = 0; i < 300; i++) {
      calls.add(
          house.client.sendAsync(
              house.request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofString()));
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (calls.stream().filter(CompletableFuture::isDone).count() < 200
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }

    List<HttpResponse<String>> refused =
        calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
    assertThat(refused).hasSize(200);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(429);
              assertThat(answer.body()).contains("budget_spent");
            });
    assertThat(house.upstream.awaitCall(100)).isNotNull();
    assertThat(house.upstream.received()).hasSize(100);
    calls.forEach(call -> call.cancel(true));
  }

  @Test
  void shouldSettleWhatACallUsedSoThatTheNextHasTheRest() {
    String body = bounded("plain", false);
    house.prices.put("up/plain", PRICE);
    house.budgets.declare(List.of(money(reserved(body) + 40)));

    assertThat(house.chat(body).body()).contains("Hello");
    assertThat(house.chat(body).body()).as("32 of the 40 beyond are used").contains("Hello");
    HttpResponse<String> third = house.chat(body);
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.body()).contains("budget_spent");
  }

  @Test
  void shouldCountNothingForATargetThatFailed() {
    String body = bounded("status-500", false);
    house.prices.put("up/status-500", PRICE);
    house.budgets.declare(List.of(money(reserved(body))));

    for (int i = 0; i < 3; i++) {
      assertThat(house.chat(body).statusCode()).isEqualTo(502);
    }
  }

  @Test
  void shouldRefuseAModelWithoutAPriceUnderAHardBudget() {
    house.budgets.declare(List.of(money(1_000_000)));

    HttpResponse<String> answer = house.chat(House.body("plain", false));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("model_unpriced");
    assertThat(house.upstream.received()).isEmpty();
  }

  @Test
  void shouldCutAStreamThatOutgrowsItsBudget() {
    String body = House.body("huge-8", true);
    house.prices.put("up/huge-8", PRICE);
    house.budgets.declare(List.of(money(body.length() + 5_000)));

    HttpResponse<String> answer = house.chat(body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("xxx").contains("budget_spent").doesNotContain("[DONE]");
    assertThat(only().error()).isEqualTo("budget_spent");
  }

  private void guard(Action action, Place... places) {
    house.guards =
        House.guarding(
            new GuardDeclaration(
                "mail",
                new GuardRule.Pii(EnumSet.of(Entity.EMAIL), false),
                Set.of(places),
                action,
                true,
                1_000));
  }

  private static String asking(boolean stream) {
    return House.body("plain", stream).replace("Say hello", "Write to ann@example.com please");
  }

  @Test
  void shouldSendNothingThatAGuardBlocks() {
    guard(Action.BLOCK, Place.PROMPT);

    HttpResponse<String> answer = house.chat(asking(false));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("guard_refused").doesNotContain("ann@example.com");
    assertThat(house.upstream.received()).isEmpty();
    assertThat(only().outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void shouldSendARedactedPromptAndSayWhatWasFoundOnTheSpan() {
    guard(Action.REDACT, Place.PROMPT);

    assertThat(house.chat(asking(false)).statusCode()).isEqualTo(200);

    String sent = new String(house.upstream.received().getFirst().body(), StandardCharsets.UTF_8);
    assertThat(sent).contains("Write to [email] please").contains("\"model\":\"plain\"");
    only();
    assertThat(house.ledger.kept.spans().getLast().attributes().get("gimbal.guard.mail.prompt"))
        .asString()
        .contains("email");
    assertThat(house.ledger.kept.contents())
        .noneSatisfy(
            content ->
                assertThat(new String(content.body(), StandardCharsets.UTF_8))
                    .contains("ann@example.com"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGuardAnAnswerWholeAndInAStream(boolean stream) {
    house.guards =
        House.guarding(
            new GuardDeclaration(
                "words",
                new GuardRule.Deny(List.of(stream ? "token1 token2" : "from the scenario")),
                Set.of(Place.ANSWER),
                Action.BLOCK,
                true,
                1_000));

    HttpResponse<String> answer = house.chat(House.body("plain", stream));

    assertThat(answer.body())
        .contains("guard_refused")
        .doesNotContain("token2")
        .doesNotContain("from the scenario");
    assertThat(answer.statusCode()).isEqualTo(stream ? 200 : 400);
    assertThat(only().error()).isEqualTo("guard_refused");
  }
}

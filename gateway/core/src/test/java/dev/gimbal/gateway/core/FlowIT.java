package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.observability.api.CallAttempt;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.sensitive.Entity;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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

  private final List<String> asked = new CopyOnWriteArrayList<>();
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

  private List<CallAttempt> attempts() {
    return CallAttempt.of(house.ledger.kept.spans().getLast().attributes());
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
    List<CallAttempt> attempts = attempts();
    assertThat(attempts)
        .extracting(CallAttempt::target)
        .containsExactly("up/" + broken, "up/plain");
    assertThat(attempts.getFirst().error()).isNotNull();
    assertThat(attempts.getFirst().ended()).isNotEqualTo("succeeded");
    assertThat(attempts.getLast().error()).isNull();
    assertThat(attempts.getLast().ended()).isEqualTo("succeeded");
  }

  @Test
  void shouldAskNobodyElseWhatTheCallerDidWrong() {
    route("status-400", "plain");

    assertThat(house.chat(routed(false)).statusCode()).isEqualTo(400);
    assertThat(house.upstream.received()).hasSize(1);
    assertThat(attempts()).isEmpty();
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

    for (int i = 0; i < 1_000; i++) {
      calls.add(
          house.client.sendAsync(
              house.request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofString()));
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (calls.stream().filter(CompletableFuture::isDone).count() < 900
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }

    List<HttpResponse<String>> refused =
        calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
    assertThat(refused).hasSize(900);
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

  private void small(Escalation escalation, String small) {
    RouteDeclaration frugal =
        new RouteDeclaration(
            "pair",
            List.of(RouteTarget.of("up/" + small), RouteTarget.of("up/plain")),
            Policy.ORDERED,
            null,
            escalation,
            2);
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("pair", frugal)));
  }

  /// An upstream whose model `small` says this.
  private void smallSays(String text) {
    house.upstream.on(
        "/v1/chat/completions",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      boolean small = body.toString().contains("\"model\":\"small\"");
                      asked.add(small ? "small" : "large");
                      String said = small ? text : "{\\\"age\\\":7}";
                      request
                          .response()
                          .putHeader("content-type", "application/json")
                          .end(
                              "{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                                  + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
                                  + "\"content\":\""
                                  + said
                                  + "\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}");
                    }));
  }

  private static String schemed() {
    return routed(false)
        .replace(
            "{\"model\"",
            "{\"max_tokens\":10,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
                + "\"name\":\"n\",\"schema\":{\"type\":\"object\",\"required\":[\"age\"]}}},"
                + "\"model\"");
  }

  @Test
  void shouldSendACallUpWhenTheSmallModelMissesTheSchemaAndBillBoth() {
    small(new Escalation(Escalation.Check.SCHEMA, null, null), "small");
    smallSays("{}");
    house.prices.put("up/small", PRICE);
    house.prices.put("up/plain", new Price(10_000_000, 10_000_000, null));

    HttpResponse<String> answer = house.chat(schemed());

    assertThat(answer.body()).contains("age");
    assertThat(asked).containsExactly("small", "large");
    CallSettled settled = only();
    assertThat(settled.model()).isEqualTo("up/plain");
    assertThat(settled.costNanoUsd()).as("15 tokens at 1 and 15 at 10").isEqualTo(165);
    assertThat(settled.savedNanoUsd()).as("asked in vain").isEqualTo(-15);
    Map<String, Object> notes = house.ledger.kept.spans().getLast().attributes();
    assertThat(notes).containsKey("gimbal.escalated");
    assertThat(attempts())
        .extracting(CallAttempt::target, CallAttempt::error, CallAttempt::costNanoUsd)
        .containsExactly(tuple("up/small", null, 15L), tuple("up/plain", null, 150L));
    assertThat(attempts().getFirst().ended()).startsWith("judged ");
  }

  @Test
  void shouldKeepTheSmallModelsAnswerThatFits() {
    small(new Escalation(Escalation.Check.SCHEMA, null, null), "small");
    smallSays("{\\\"age\\\":6}");
    house.prices.put("up/small", PRICE);
    house.prices.put("up/plain", new Price(10_000_000, 10_000_000, null));

    assertThat(house.chat(schemed()).body()).contains("6");
    assertThat(asked).containsExactly("small");
    CallSettled settled = only();
    assertThat(settled.costNanoUsd()).isEqualTo(15);
    assertThat(settled.savedNanoUsd()).as("15 tokens at 10 and not at 1").isEqualTo(135);
    assertThat(house.ledger.opened().getFirst().model()).isEqualTo("up/small");
  }

  @Test
  void shouldAskTheLargerModelOnlyWithMoneyForBoth() {
    small(new Escalation(Escalation.Check.SCHEMA, null, null), "small");
    smallSays("{}");
    house.prices.put("up/small", PRICE);
    house.prices.put("up/plain", PRICE);
    house.budgets.declare(List.of(money(reserved(schemed()) + 14)));

    HttpResponse<String> answer = house.chat(schemed());

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("budget_spent");
    assertThat(asked).containsExactly("small");
    assertThat(only().costNanoUsd()).isEqualTo(15);
  }

  /// Two credentials that take 5 and 10 calls at a time, at an upstream that keeps them all.
  @Test
  void shouldFillCredentialsToTheirOwnLimitsAndNeverBeyondWhileTheConfigurationChanges()
      throws Exception {
    Map<String, AtomicInteger> under = new ConcurrentHashMap<>();
    Map<String, Integer> most = new ConcurrentHashMap<>();
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    house.upstream.on(
        "/v1/own/chat/completions",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      String key = String.valueOf(request.getHeader("authorization"));
                      int now =
                          under.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
                      most.merge(key, now, Math::max);
                      request.response().endHandler(v -> under.get(key).decrementAndGet());
                      held.add(request);
                    }));
    List<Credentials.Limits> limits =
        List.of(
            new Credentials.Limits("five", null, null, 5),
            new Credentials.Limits("ten", null, null, 10));
    OwnedProvider.Declared declared = OwnedProvider.declared(this::fiveAndTen, limits);
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, "own", declared);
    String body = House.body("m", false).replace("up/m", "own/m");
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();

    for (int i = 0; i < 40; i++) {
      calls.add(
          house.client.sendAsync(
              house.request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofString()));
      // The same limits once more, and routes: what is counted stays counted.
      OwnedProvider.swapIn(house.catalog, TenantId.FIRST, "own", declared.again(limits));
      route("plain", "status-500");
    }
    await(() -> calls.stream().filter(CompletableFuture::isDone).count() == 25);
    await(() -> held.size() == 15);

    assertThat(most).isEqualTo(Map.of("Bearer five", 5, "Bearer ten", 10));
    assertThat(calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
        .hasSize(25)
        .allSatisfy(refused -> assertThat(refused.statusCode()).isEqualTo(503));
    held.forEach(
        request ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .end("{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"kept\"}}]}"));
    assertThat(
            calls.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 200 && answer.body().contains("kept")))
        .as("no call was dropped")
        .hasSize(15);
  }

  private Map<String, Provider> fiveAndTen() {
    Map<String, Provider> made = new LinkedHashMap<>();
    URI url = URI.create(house.upstream.baseUrl() + "/own");
    for (String credential : List.of("five", "ten")) {
      made.put(
          credential,
          OpenAiModule.create(HttpProviderConfig.DEFAULT, house.vertx)
              .create(new ProviderSettings("own", url, credential, true)));
    }
    return made;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
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
    // What is refused before anything of a stream was sent is refused as a whole.
    assertThat(answer.statusCode()).isIn(400, stream ? 200 : 400);
    assertThat(only().error()).isEqualTo("guard_refused");
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.budget.BudgetAlert;
import dev.gimbal.gateway.core.budget.BudgetModule;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.routes.BudgetRoutes;
import dev.gimbal.gateway.core.routes.LimitRoutes;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.release.api.Application;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Budgets and limits from their declaration in a real database to the answer of a call.
class BudgetFlowIT {
  /// A nano-USD a token.
  private static final Price PRICE = new Price(1_000_000, 1_000_000, null);

  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));
  private static final String PLAIN = House.body("plain", false);

  private static TestDatabase database;

  private final Ids ids = new TimeOrderedIds(Clock.systemUTC());
  private final List<BudgetAlert> alerts = new CopyOnWriteArrayList<>();
  private BudgetModule budgets;
  private House house;
  private Principal administrator;
  private List<Route> routes;

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.fresh();
    database.migrate("gateway");
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void open() {
    database.asOwner(handle -> handle.execute("DELETE FROM gateway.spending_limit"));
    budgets =
        BudgetModule.create(
            database, (transaction, alert) -> alerts.add(alert), Clock.systemUTC(), ids, null);
    house = new House(House.config(House.DEADLINES, Bodies.DEFAULT, true), budgets.spending());
    administrator = principal(TenantId.FIRST, Principal.Kind.SERVICE, "admin");
    BudgetRoutes.Parts parts =
        new BudgetRoutes.Parts(
            database,
            (transaction, who, action, subject, detail) -> {},
            budgets.store(),
            Clock.systemUTC(),
            ids);
    routes =
        Stream.concat(
                new BudgetRoutes(parts).routes().stream(),
                new LimitRoutes(parts, Duration.ofMinutes(15)).routes().stream())
            .toList();
    house.prices.put("up/plain", PRICE);
    house.keys.put("gmb_team", principal(TenantId.FIRST, Principal.Kind.SERVICE, "team"));
    house.keys.put("gmb_ann", principal(TenantId.FIRST, Principal.Kind.USER, "ann"));
    house.keys.put("gmb_bob", principal(TenantId.FIRST, Principal.Kind.USER, "bob"));
    house.keys.put("gmb_other", principal(OTHER, Principal.Kind.SERVICE, "team"));
    house.applications.put("helpdesk", new Asks("helpdesk"));
    house.applications.put("shop", new Asks("shop"));
    house.applications.put("finder", new Embeds());
    RouteDeclaration fast =
        RouteDeclaration.of("fast", Policy.ORDERED, List.of(RouteTarget.of("up/plain")));
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("fast", fast)));
  }

  @AfterEach
  void close() {
    house.close();
    budgets.close();
  }

  private Principal principal(TenantId tenant, Principal.Kind kind, String name) {
    return new Principal(tenant, kind, ids.next(), name, "administrator", Rights.TENANT, null);
  }

  /// Asks a model in the name of its caller.
  private final class Asks implements Application {
    private final String name;

    Asks(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      ChatRequest down =
          new ChatRequest(
              "up/plain",
              List.of(new ChatRequest.Message(ChatRequest.Role.USER, "Say hello")),
              null,
              null,
              Duration.ofSeconds(10),
              input.call());
      String text = house.calls.inside().chat(Principal.of(caller), down).text();
      return new Answer(text, "generated", List.of(), null, null);
    }
  }

  /// Asks for the vector of a question in the name of its caller.
  private final class Embeds implements Application {
    @Override
    public String name() {
      return "finder";
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      EmbedRequest down =
          new EmbedRequest(
              "up/plain",
              List.of("Say hello"),
              EmbedRequest.Purpose.PASSAGE,
              EmbedRequest.Priority.INTERACTIVE,
              Duration.ofSeconds(10),
              null,
              input.call());
      int vectors = house.calls.inside().embed(Principal.of(caller), down).size();
      return new Answer(vectors + " vector", "generated", List.of(), null, null);
    }
  }

  private HttpResponse<String> chat(String key, String model) {
    return house.send(
        house
            .request("/v1/chat/completions")
            .setHeader("authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(PLAIN.replace("up/plain", model))));
  }

  private void declare(String path, Map<String, ?> body) {
    TestRequest.send(routes, administrator, "POST", path, body);
  }

  /// What the latest call had reserved.
  private long reserved() {
    Long held = house.ledger.opened().getLast().reservedNanoUsd();
    assertThat(held).isPositive();
    return held;
  }

  /// A budget of just what one call reserves: the first fits, the second does not fit beside what
  /// the first used, and who is not in the scope is not held up.
  @ParameterizedTest
  @CsvSource({
    "tenant, own, gmb_team, up/plain, gmb_other, up/plain",
    "user, ann, gmb_ann, up/plain, gmb_bob, up/plain",
    "key, team, gmb_team, up/plain, gmb_bob, up/plain",
    "app, helpdesk, gmb_team, app:helpdesk, gmb_team, app:shop",
    "app, helpdesk, gmb_team, app:helpdesk, gmb_team, up/plain",
    "app, finder, gmb_team, app:finder, gmb_team, app:shop",
    "route, fast, gmb_team, fast, gmb_team, up/plain",
  })
  void shouldRefuseWhatABudgetOfItsScopeDoesNotHoldAndNothingElse(
      String kind, String name, String key, String model, String otherKey, String otherModel) {
    assertThat(chat(key, model).statusCode()).isEqualTo(200);
    long worst = reserved();
    for (String unit : List.of("limit_usd", "limit_tokens")) {
      boolean money = unit.equals("limit_usd");
      Map<String, Object> budget = new HashMap<>();
      budget.put("name", unit.replace('_', '-'));
      budget.put("scope", Map.of(kind, name));
      budget.put("period", "month");
      budget.put(unit, money ? "%.9f".formatted(worst / 1e9) : Long.valueOf(worst));
      declare("/api/budgets", budget);
      int asked = house.upstream.received().size();

      HttpResponse<String> first = chat(key, model);
      HttpResponse<String> second = chat(key, model);
      HttpResponse<String> outside = chat(otherKey, otherModel);

      assertThat(first.statusCode()).as("%s: %s", unit, first.body()).isEqualTo(200);
      assertThat(second.statusCode()).as("%s: %s", unit, second.body()).isEqualTo(429);
      assertThat(second.body()).contains("budget_spent");
      assertThat(outside.statusCode()).as("%s: %s", unit, outside.body()).isEqualTo(200);
      assertThat(house.upstream.received()).hasSize(asked + 2);
      TestRequest.send(
          routes, administrator, "DELETE", "/api/budgets/" + budget.get("name"), Map.of());
    }
  }

  /// What was spent of a rolling budget comes back when the call lies as far back as it is long.
  @Test
  void shouldGiveMoneyOfARollingBudgetBackAfterItsLength() {
    assertThat(chat("gmb_team", "up/plain").statusCode()).isEqualTo(200);
    declare(
        "/api/budgets",
        Map.of(
            "name",
            "rolling",
            "limit_usd",
            "%.9f".formatted(reserved() / 1e9),
            "period",
            "rolling",
            "rolling_seconds",
            4));

    assertThat(chat("gmb_team", "up/plain").statusCode()).isEqualTo(200);
    HttpResponse<String> spent = chat("gmb_team", "up/plain");

    assertThat(spent.statusCode()).isEqualTo(429);
    assertThat(spent.body()).contains("budget_spent");
    assertThat(header(spent, "retry-after")).isIn("1", "2", "3", "4");
    awaitStatus(200);
    assertThat(chat("gmb_team", "up/plain").statusCode()).isEqualTo(429);
  }

  private void awaitStatus(int status) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (chat("gmb_team", "up/plain").statusCode() != status) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @Test
  void shouldTellOfASoftBudgetThatCallsOverrunAndRefuseNothing() {
    declare(
        "/api/budgets",
        Map.of(
            "name", "soft",
            "limit_usd", "0.000000040",
            "period", "day",
            "hard", false,
            "alert_at", List.of(1.0)));

    for (int i = 0; i < 3; i++) {
      assertThat(chat("gmb_team", "up/plain").statusCode()).isEqualTo(200);
    }

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (alerts.isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(alerts)
        .singleElement()
        .satisfies(alert -> assertThat(alert.spent()).isGreaterThanOrEqualTo(40));
  }

  /// The cheapest that fits what is left: a small rest goes to the cheap model although the route
  /// would else hold the price of the dear one, and a model without a price holds nobody up.
  @Test
  void shouldSendACallOfACheapestRouteWhereTheRestOfTheBudgetReaches() {
    house.prices.put("up/long-5", new Price(100_000_000, 100_000_000, null));
    RouteDeclaration frugal =
        RouteDeclaration.of(
            "frugal",
            Policy.CHEAPEST,
            Stream.of("up/unpriced", "up/long-5", "up/plain").map(RouteTarget::of).toList());
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("frugal", frugal)));
    assertThat(chat("gmb_team", "up/plain").statusCode()).isEqualTo(200);
    long worst = reserved();
    declare(
        "/api/budgets",
        Map.of("name", "rest", "limit_usd", "%.9f".formatted(worst * 2 / 1e9), "period", "day"));

    HttpResponse<String> answer = chat("gmb_team", "frugal");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(house.ledger.opened().getLast().model()).isEqualTo("up/plain");
    assertThat(reserved()).isLessThanOrEqualTo(worst);
  }

  /// A path and a body of each dialect, whole and streamed, and of bytes that pass.
  private static Stream<List<String>> dialects() {
    String messages = ",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    String gemini = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}";
    String responses = "{\"model\":\"up/plain\",\"input\":\"Hi\"";
    return Stream.of(
        List.of("/v1/chat/completions", PLAIN),
        List.of("/v1/chat/completions", House.body("plain", true)),
        List.of("/v1/messages", "{\"model\":\"claude/plain\"" + messages + "}"),
        List.of("/v1/messages", "{\"model\":\"claude/plain\",\"stream\":true" + messages + "}"),
        List.of("/v1/responses", responses + "}"),
        List.of("/v1/responses", responses + ",\"stream\":true}"),
        List.of("/v1beta/models/gemini/plain:generateContent", gemini),
        List.of("/v1beta/models/gemini/plain:streamGenerateContent?alt=sse", gemini),
        List.of("/v1beta/models/gemini/plain:streamGenerateContent", gemini),
        List.of("/v1/embeddings", "{\"model\":\"up/plain\",\"input\":\"Hi\"}"));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void shouldSayHowTheNearestLimitsStandOnAnswersAndRefusalsOfEachDialect(List<String> call) {
    Map<String, Object> limit = new HashMap<>(Map.of("name", "l", "requests_per_minute", 2));
    limit.put("tokens_per_minute", 1_000_000);
    declare("/api/limits", limit);

    HttpResponse<String> first = post(call);
    HttpResponse<String> second = post(call);
    HttpResponse<String> refused = post(call);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(standing(first, "requests")).containsExactly("2", "1");
    assertThat(standing(second, "requests")).containsExactly("2", "0");
    assertThat(header(second, "x-ratelimit-reset-requests")).matches("[1-9][0-9]*ms");
    assertThat(standing(first, "tokens").getFirst()).isEqualTo("1000000");
    long left = Long.parseLong(standing(first, "tokens").getLast());
    assertThat(left).isBetween(900_000L, 999_999L);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("2 requests a minute");
    assertThat(standing(refused, "requests")).containsExactly("2", "0");
    assertThat(header(refused, "retry-after")).matches("[1-9][0-9]*");
    if (call.getFirst().equals("/v1/messages")) {
      assertThat(header(first, "anthropic-ratelimit-requests-limit")).isEqualTo("2");
      assertThat(header(first, "anthropic-ratelimit-requests-remaining")).isEqualTo("1");
      assertThat(header(first, "anthropic-ratelimit-tokens-limit")).isEqualTo("1000000");
      Instant reset = Instant.parse(header(refused, "anthropic-ratelimit-requests-reset"));
      Instant now = house.clock.instant();
      assertThat(reset).isBetween(now, now.plusSeconds(61));
    } else {
      assertThat(header(first, "anthropic-ratelimit-requests-limit")).isNull();
    }
  }

  private HttpResponse<String> post(List<String> call) {
    return house.send(house.request(call.getFirst()).POST(BodyPublishers.ofString(call.getLast())));
  }

  private static List<String> standing(HttpResponse<?> answer, String unit) {
    return Stream.of("x-ratelimit-limit-" + unit, "x-ratelimit-remaining-" + unit)
        .map(name -> String.valueOf(header(answer, name)))
        .toList();
  }

  private static @Nullable String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }
}

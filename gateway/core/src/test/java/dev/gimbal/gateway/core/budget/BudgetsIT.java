package dev.gimbal.gateway.core.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision.Admitted;
import dev.gimbal.gateway.core.budget.SpendingDecision.Refused;
import dev.gimbal.gateway.core.routes.BudgetRoutes;
import dev.gimbal.gateway.core.routes.LimitRoutes;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Budgets and limits from their declaration to the refusal of a call, on a real database.
class BudgetsIT {
  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));

  private final Ids ids = new TimeOrderedIds(Clock.systemUTC());
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private final Principal administrator = principal(TenantId.FIRST, "admin", null);
  private final Principal key = principal(TenantId.FIRST, "app-key", null);
  private static TestDatabase database;
  private BudgetModule budgets;
  private List<Route> routes;

  private Principal principal(TenantId tenant, String name, @Nullable Integer perMinute) {
    return new Principal(
        tenant,
        Principal.Kind.SERVICE,
        ids.next(),
        name,
        "administrator",
        Rights.TENANT,
        perMinute);
  }

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
    budgets = node();
    BudgetRoutes.Parts parts =
        new BudgetRoutes.Parts(
            database,
            (transaction, who, action, subject, detail) -> audited.add(action + " " + subject),
            budgets.store(),
            Clock.systemUTC(),
            ids);
    routes =
        Stream.concat(
                new BudgetRoutes(parts).routes().stream(),
                new LimitRoutes(parts, Duration.ofMinutes(15)).routes().stream())
            .toList();
  }

  private BudgetModule node() {
    return node(null);
  }

  private BudgetModule node(@Nullable Path directory) {
    return BudgetModule.create(
        database, (transaction, alert) -> {}, Clock.systemUTC(), ids, directory);
  }

  @AfterEach
  void close() {
    budgets.close();
  }

  private JsonNode send(String method, String path, Map<String, ?> body) {
    return send(administrator, method, path, body);
  }

  private JsonNode send(Principal caller, String method, String path, Map<String, ?> body) {
    Response response = TestRequest.send(routes, caller, method, path, body);
    return response instanceof Response.Json json
        ? Json.MAPPER.valueToTree(json.value())
        : Json.MAPPER.createObjectNode();
  }

  private CompletableFuture<SpendingDecision> reserve(
      Principal who, @Nullable Long usd, long tokens) {
    return reserve(budgets, new Subject(who, null, null, null), new Worst(usd, tokens, true));
  }

  private static CompletableFuture<SpendingDecision> reserve(
      BudgetModule node, Subject subject, Worst worst) {
    return node.spending().reserve(subject, worst).toCompletableFuture();
  }

  private static GatewayError code(SpendingDecision decision) {
    return (GatewayError) ((Refused) decision).why().errorCode();
  }

  @Test
  void shouldAdmitExactlyAHundredOfAThousandCallsOnABudgetOfAHundredReservations() {
    send("POST", "/api/budgets", Map.of("name", "b", "limit_usd", "0.0000001", "period", "month"));
    List<CompletableFuture<SpendingDecision>> decisions = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      decisions.add(
          CompletableFuture.completedFuture(key).thenComposeAsync(who -> reserve(who, 1L, 10)));
    }

    List<SpendingDecision> all = decisions.stream().map(CompletableFuture::join).toList();

    assertThat(all).filteredOn(Admitted.class::isInstance).hasSize(100);
    assertThat(all)
        .filteredOn(Refused.class::isInstance)
        .allSatisfy(no -> assertThat(code(no)).isEqualTo(GatewayError.BUDGET_SPENT));
  }

  @Test
  void shouldShowWhatIsReservedSpentAndLeftAndKeepItWhenTheAmountChanges() {
    JsonNode made =
        send(
            "POST",
            "/api/budgets",
            Map.of(
                "name", "b", "scope", Map.of("key", "app-key"), "limit_usd", "1", "period", "day"));
    assertThat(made.path("left_usd").asText()).isEqualTo("1");
    assertThat(made.path("hard").asBoolean()).isTrue();
    SpendingDecision.Admitted first = (Admitted) reserve(key, 600_000_000L, 10).join();
    first.reservation().settle(500_000_000L, 8L);
    Admitted second = (Admitted) reserve(key, 200_000_000L, 10).join();

    awaitShown("0.5", "0.2", "0.3");

    send("PUT", "/api/budgets/b", Map.of("limit_usd", "0.6"));
    assertThat(code(reserve(key, 100_000_000L, 1).join())).isEqualTo(GatewayError.BUDGET_SPENT);
    send("PUT", "/api/budgets/b", Map.of("limit_usd", "2"));
    awaitAdmitted(1_300_000_000L);
    assertThat(code(reserve(key, 1_000L, 1).join())).isEqualTo(GatewayError.BUDGET_SPENT);
    assertThat(reserve(administrator, 5_000_000_000L, 1).join()).isInstanceOf(Admitted.class);
    second.reservation().settle(0L, 0L);
    assertThat(audited).containsExactly("budget.created b", "budget.changed b", "budget.changed b");
  }

  /// A raised amount is used as soon as the store is asked again: a tenth of a second later.
  private void awaitAdmitted(long nanoUsd) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (reserve(key, nanoUsd, 1).join() instanceof Refused) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /// A node tells the store what it used within a second or so.
  private void awaitShown(String spent, String reserved, String left) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    List<String> shown = List.of();
    while (!shown.equals(List.of(spent, reserved, left))) {
      assertThat(System.nanoTime()).as("shown %s", shown).isLessThan(deadline);
      JsonNode budget = send("GET", "/api/budgets/b", Map.of());
      shown =
          Stream.of("spent_usd", "reserved_usd", "left_usd")
              .map(field -> budget.path(field).asText())
              .toList();
    }
  }

  @Test
  void shouldCountAKilledNodesReservationsAsSpent() {
    send("POST", "/api/budgets", Map.of("name", "b", "limit_tokens", 100, "period", "total"));
    BudgetModule doomed = node();
    Subject subject = new Subject(key, null, null, null);
    assertThat(reserve(doomed, subject, new Worst(1L, 60, true)).join())
        .isInstanceOf(Admitted.class);

    // Nothing is settled or given back, as after kill -9.
    assertThat(code(reserve(key, 1L, 41).join())).isEqualTo(GatewayError.BUDGET_SPENT);
    doomed.close();
  }

  /// A process that is killed for real, and the next one in its directory: what calls used and what
  /// those that ran had reserved is spent, and nothing else, though the process never said so.
  @ParameterizedTest
  @ValueSource(strings = {"month", "total", "rolling"})
  void shouldGiveBackWhatAKilledProcessHeldAndDidNotUse(String period, @TempDir Path directory)
      throws Exception {
    Map<String, Object> budget =
        new HashMap<>(Map.of("name", "b", "limit_tokens", 10_000, "period", period));
    if (period.equals("rolling")) {
      budget.put("rolling_seconds", 3_600);
    }
    send("POST", "/api/budgets", budget);
    Process process = killedNode(directory);
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("used");
      assertThat(LeaseFile.left(directory)).as("it lives").isEmpty();
    } finally {
      process.toHandle().destroyForcibly();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    long left = 10_000 - KilledNode.USED;
    assertThat(code(reserve(key, 1L, left).join())).isEqualTo(GatewayError.BUDGET_SPENT);

    BudgetModule next = node(directory);
    Subject subject = new Subject(key, null, null, null);
    // The other node gives back what it leased in vain a moment later.
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (reserve(next, subject, new Worst(1L, left, true)).join() instanceof Refused) {
      assertThat(System.nanoTime()).as("what was not used came back").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(code(reserve(next, subject, new Worst(1L, 1, true)).join()))
        .as("nothing that was used or reserved comes back")
        .isEqualTo(GatewayError.BUDGET_SPENT);
    next.close();
  }

  private static Process killedNode(Path directory) throws IOException {
    DatabaseConfig.Login login = (DatabaseConfig.Login) database.config().server();
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledNode.class.getName(),
                directory.toString(),
                login.url(),
                login.user(),
                login.password()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void shouldFreeTheParallelCallsOfAKilledProcessWhenItIsKnownToBeAlone() {
    send("POST", "/api/limits", Map.of("name", "l", "parallel_calls", 1));
    BudgetModule killed = node();
    Subject subject = new Subject(key, null, null, null);
    assertThat(reserve(killed, subject, new Worst(1L, 1, true)).join())
        .isInstanceOf(Admitted.class);
    BudgetModule restarted = node();
    assertThat(reserve(restarted, subject, new Worst(1L, 1, true)).join())
        .isInstanceOf(Refused.class);
    restarted.close();

    BudgetModule again = node();
    again.alone();

    assertThat(reserve(again, subject, new Worst(1L, 1, true)).join()).isInstanceOf(Admitted.class);
    again.close();
    killed.close();
  }

  @Test
  void shouldRefuseAModelWithoutAPriceUnderAHardBudgetOnly() {
    send(
        "POST",
        "/api/budgets",
        Map.of("name", "soft", "limit_usd", "1", "period", "day", "hard", false));
    assertThat(reserve(key, null, 10).join()).isInstanceOf(Admitted.class);
    assertThat(reserve(key, 9_000_000_000L, 10).join()).isInstanceOf(Admitted.class);

    send("POST", "/api/budgets", Map.of("name", "hard", "limit_usd", "1", "period", "day"));

    assertThat(code(reserve(key, null, 10).join())).isEqualTo(GatewayError.MODEL_UNPRICED);
  }

  @Test
  void shouldLimitRequestsTokensAndParallelCalls() {
    send(
        "POST",
        "/api/limits",
        Map.of(
            "name", "l",
            "scope", Map.of("key", key.id()),
            "requests_per_minute", 3,
            "tokens_per_minute", 100,
            "parallel_calls", 2));
    Admitted first = (Admitted) reserve(key, 1L, 30).join();
    assertThat(first.standing().requests()).isNotNull();
    assertThat(first.standing().requests().limit()).isEqualTo(3);
    assertThat(first.standing().requests().remaining()).isEqualTo(2);
    assertThat(first.standing().tokens().remaining()).isEqualTo(70);
    Admitted second = (Admitted) reserve(key, 1L, 30).join();
    assertThat(((Refused) reserve(key, 1L, 10).join()).why())
        .hasMessageContaining("2 parallel calls");
    second.reservation().settle(1L, 30L);
    assertThat(((Refused) reserve(key, 1L, 50).join()).why())
        .hasMessageContaining("100 tokens a minute");

    Admitted third = (Admitted) reserve(key, 1L, 10).join();
    third.reservation().settle(1L, 1L);
    Refused fourth = (Refused) reserve(key, 1L, 10).join();

    assertThat(code(fourth)).isEqualTo(GatewayError.RATE_LIMITED);
    assertThat(fourth.why().retryAfter()).isPresent();
    assertThat(reserve(administrator, 1L, 10).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldLetInExactlyWhatAKeyCarriesOfItsOwnWhicheverNodeIsAsked() {
    Principal limited = principal(TenantId.FIRST, "slow", 5);
    BudgetModule other = node();
    int admitted = 0;
    for (int i = 0; i < 20; i++) {
      BudgetModule node = i % 2 == 0 ? budgets : other;
      SpendingDecision decision =
          reserve(node, new Subject(limited, null, null, null), new Worst(null, 1, true)).join();
      admitted += decision instanceof Admitted ? 1 : 0;
      if (decision instanceof Refused no) {
        assertThat(no.why()).hasMessage("The key's 5 requests a minute are spent.");
      }
    }
    other.close();

    assertThat(admitted).isEqualTo(5);
    assertThat(
            reserve(budgets, new Subject(limited, null, null, null), new Worst(null, 1, false))
                .join())
        .isInstanceOf(Admitted.class);
    assertThat(send("GET", "/api/limits", Map.of()).path("data")).isEmpty();
  }

  @Test
  void shouldMatchUserApplicationAndRoute() {
    for (String scope : List.of("user", "app", "route")) {
      send(
          "POST",
          "/api/limits",
          Map.of("name", scope, "scope", Map.of(scope, "x"), "requests_per_minute", 1));
      Subject subject =
          new Subject(
              key,
              scope.equals("user") ? "x" : null,
              scope.equals("app") ? "x" : null,
              scope.equals("route") ? "x" : null);
      Worst worst = new Worst(1L, 1, true);
      assertThat(reserve(budgets, subject, worst).join()).isInstanceOf(Admitted.class);
      assertThat(reserve(budgets, subject, worst).join()).isInstanceOf(Refused.class);
    }
    assertThat(reserve(key, 1L, 1).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldFollowWhatAnotherNodeDeclares() {
    BudgetModule other = node();
    send("POST", "/api/limits", Map.of("name", "l", "parallel_calls", 1));
    Subject subject = new Subject(key, null, null, null);
    Worst worst = new Worst(1L, 1, true);
    assertThat(reserve(key, 1L, 1).join()).isInstanceOf(Admitted.class);

    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (reserve(other, subject, worst).join() instanceof Admitted) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    other.close();
  }

  @Test
  void shouldSayWhatIsWrongWithADeclaration() {
    assertInvalid("/api/budgets", Map.of("name", "b", "period", "day"), "limit_usd");
    assertInvalid(
        "/api/budgets", Map.of("name", "b", "limit_usd", "-1", "period", "day"), "limit_usd");
    assertInvalid(
        "/api/budgets", Map.of("name", "b", "limit_usd", "1", "period", "year"), "period");
    assertInvalid(
        "/api/budgets", Map.of("name", "b", "limit_usd", "1", "period", "rolling"), "rolling_");
    assertInvalid(
        "/api/budgets",
        Map.of("name", "b", "limit_usd", "1", "period", "day", "scope", Map.of("tenant", "acme")),
        "scope.tenant");
    assertInvalid("/api/limits", Map.of("name", "l"), "requests_per_minute");
    assertInvalid("/api/limits", Map.of("name", "l", "parallel_calls", 0), "parallel_calls");
    send("POST", "/api/budgets", Map.of("name", "b", "limit_usd", "1", "period", "day"));
    assertThatThrownBy(
            () ->
                send(
                    "POST", "/api/budgets", Map.of("name", "b", "limit_usd", "1", "period", "day")))
        .isInstanceOf(GatewayException.class)
        .hasMessage("There is a budget b.");
  }

  private void assertInvalid(String path, Map<String, ?> body, String field) {
    assertThatThrownBy(() -> send("POST", path, body))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining(field);
  }

  @Test
  void shouldShowAndChangeNothingOfAnotherTenant() {
    send("POST", "/api/budgets", Map.of("name", "b", "limit_usd", "1", "period", "day"));
    send("POST", "/api/limits", Map.of("name", "l", "requests_per_minute", 1));
    Principal stranger = principal(OTHER, "stranger", null);

    assertThat(send(stranger, "GET", "/api/budgets", Map.of()).path("data")).isEmpty();
    assertThatThrownBy(() -> send(stranger, "DELETE", "/api/budgets/b", Map.of()))
        .hasMessageContaining("no budget b");
    assertThatThrownBy(
            () -> send(stranger, "PUT", "/api/limits/l", Map.of("requests_per_minute", 9)))
        .hasMessageContaining("no limit l");
    assertThat(reserve(stranger, 5_000_000_000L, 1).join()).isInstanceOf(Admitted.class);

    send("PUT", "/api/limits/l", Map.of("tokens_per_minute", 7));
    JsonNode changed = send("GET", "/api/limits/l", Map.of());
    assertThat(changed.path("tokens_per_minute").asLong()).isEqualTo(7);
    assertThat(changed.has("requests_per_minute")).isFalse();
    send("DELETE", "/api/limits/l", Map.of());
    send("DELETE", "/api/budgets/b", Map.of());
    assertThat(send("GET", "/api/budgets", Map.of()).path("data")).isEmpty();
  }
}

package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallOpened.Kind;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What calls cost is found through the route. Each test has a tenant of its own on the one server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CostsIT {
  private static final long DOLLAR = 1_000_000_000L;

  private final Clock clock = Clock.systemUTC();
  private final Instant now = clock.instant();
  private TestDatabase database;
  private Observability room;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    database = TestDatabase.fresh();
    Ids ids = new TimeOrderedIds(clock);
    room = ObservabilityModule.create(ObservabilityConfig.in(directory), database, clock, ids);
    room.start();
  }

  @AfterAll
  void stop() {
    room.close();
    database.close();
  }

  /// A call that is still to be recorded.
  private final class Call {
    private final TenantId tenant;
    private UUID id = new TimeOrderedIds(Clock.offset(clock, Duration.ofMinutes(-5))).next();
    private @Nullable UUID parent;
    private String principal = "key_one";
    private Kind kind = Kind.CHAT;
    private String requested = "openai/gpt-4.1";
    private String model = "openai/gpt-4.1";
    private Map<String, String> tags = Map.of();
    private Outcome outcome = Outcome.SUCCEEDED;
    private @Nullable Long saved;

    Call(TenantId tenant) {
      this.tenant = tenant;
    }

    Call ago(Duration ago) {
      id = new TimeOrderedIds(Clock.offset(clock, ago.negated())).next();
      return this;
    }

    Call model(String name) {
      model = name;
      requested = name;
      return this;
    }

    Call tagged(String name, String value) {
      tags = Map.of(name, value);
      return this;
    }

    UUID cost(@Nullable Long nanoUsd) {
      Instant at = TimeOrderedIds.timeOf(id);
      CallOpened opened =
          new CallOpened(
              tenant,
              id,
              parent,
              TraceContext.begin(),
              null,
              principal,
              kind,
              requested,
              model,
              false,
              1,
              null,
              tags,
              at);
      room.ledger().open(opened).toCompletableFuture().join();
      room.ledger()
          .settle(Records.settled(opened, outcome, nanoUsd, saved, at))
          .toCompletableFuture()
          .join();
      return id;
    }
  }

  @Test
  void shouldAddUpByModelTheDearestFirstWithCallsOfUnknownCostApart() throws Exception {
    TenantId tenant = tenant();
    new Call(tenant).model("openai/small").cost(DOLLAR / 4);
    new Call(tenant).model("openai/large").cost(2 * DOLLAR);
    new Call(tenant).model("openai/large").cost(DOLLAR);
    new Call(tenant).model("openai/large").cost(null);
    new Call(tenant).model("new/unpriced").cost(null);

    CostView view = view(tenant, Map.of("group_by", "model"));

    assertThat(view.groups())
        .extracting(CostView.Group::name)
        .containsExactly("openai/large", "openai/small", "new/unpriced");
    assertThat(view.groups())
        .extracting(group -> group.sum().costUsd())
        .containsExactly("3", "0.25", null);
    assertThat(view.groups())
        .extracting(group -> group.sum().unknownCostCalls())
        .containsExactly(1L, 0L, 1L);
    assertThat(view.total().costUsd()).isEqualTo("3.25");
    assertThat(view.total().calls()).isEqualTo(5);
    assertThat(view.total().unknownCostCalls()).isEqualTo(2);
    assertThat(view.total().inputTokens()).isEqualTo(60);
    assertThat(Json.write(view.groups().getLast()))
        .contains("\"unknown_cost_calls\":1")
        .doesNotContain("cost_usd");
  }

  @Test
  void shouldAddUpWhatWasSavedByTheSameGroups() throws Exception {
    TenantId tenant = tenant();
    for (Duration ago : List.of(Duration.ofMinutes(5), Duration.ofHours(30))) {
      Call hit = new Call(tenant).ago(ago).tagged("team", "red");
      hit.saved = 2 * DOLLAR;
      hit.cost(0L);
      Call inVain = new Call(tenant).ago(ago).tagged("team", "blue");
      inVain.saved = -DOLLAR / 4;
      inVain.cost(DOLLAR);
      new Call(tenant).ago(ago).tagged("team", "blue").cost(DOLLAR);
    }

    CostView view = view(tenant, Map.of("group_by", "tag:team", "interval", "day"));

    assertThat(view.total().savedUsd()).isEqualTo("3.5");
    assertThat(view.groups())
        .extracting(CostView.Group::name, group -> group.sum().savedUsd())
        .containsExactly(tuple("blue", "-0.5"), tuple("red", "4"));
    assertThat(view(tenant(), Map.of()).total().savedUsd()).isEqualTo("0");
    Response.Content page =
        (Response.Content) answer(tenant, Map.of("group_by", "key", "format", "csv"));
    assertThat(new String(page.content().readAllBytes(), StandardCharsets.UTF_8).lines())
        .first()
        .asString()
        .endsWith(",saved_usd");
  }

  /// Who tags each call with a name of its own gets the same sums, from the calls themselves.
  @Test
  void shouldAddUpCallsByTagWhateverManyTagsThereAre() throws Exception {
    TenantId tenant = tenant();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      UUID id = new TimeOrderedIds(Clock.offset(clock, Duration.ofHours(-30))).next();
      CallOpened opened =
          new CallOpened(
              tenant,
              id,
              null,
              TraceContext.begin(),
              null,
              "key_one",
              Kind.CHAT,
              "openai/gpt-4.1",
              "openai/gpt-4.1",
              false,
              1,
              null,
              Map.of("team", i % 2 == 0 ? "red" : "blue", "request", "r" + i),
              TimeOrderedIds.timeOf(id));
      ends.add(room.ledger().open(opened).toCompletableFuture());
      ends.add(
          room.ledger()
              .settle(Records.settled(opened, Outcome.SUCCEEDED, DOLLAR, opened.at()))
              .toCompletableFuture());
    }
    ends.forEach(CompletableFuture::join);

    assertThat(sums(tenant, "tag:team")).isEqualTo(Map.of("red", "1000", "blue", "1000"));
    long kept =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM observability.cost_hour"
                            + " WHERE tenant_id = :tenant AND dimension LIKE 'tags%'")
                    .bind("tenant", tenant.value())
                    .mapTo(Long.class)
                    .one());
    assertThat(kept).as("sums of tags").isBetween(1L, 1_000L);
  }

  @Test
  void shouldNotCountRefusedCallsAsOfUnknownCostButFailedOnes() throws Exception {
    TenantId tenant = tenant();
    Call refused = new Call(tenant);
    refused.outcome = Outcome.REFUSED;
    refused.cost(null);
    Call failed = new Call(tenant);
    failed.outcome = Outcome.FAILED;
    failed.cost(null);

    CostView.Sum total = view(tenant, Map.of()).total();

    assertThat(total.calls()).isEqualTo(2);
    assertThat(total.failedCalls()).isEqualTo(1);
    assertThat(total.unknownCostCalls()).isEqualTo(1);
    assertThat(view(tenant(), Map.of()).total().costUsd()).isEqualTo("0");
  }

  @Test
  void shouldGroupByEachOfWhatACallHas() throws Exception {
    TenantId tenant = tenant();
    Call application = new Call(tenant);
    application.kind = Kind.APPLICATION;
    application.requested = "app:handbook";
    application.model = "handbook";
    UUID above = application.cost(5 * DOLLAR);
    Call below = new Call(tenant).tagged("team", "red");
    below.parent = above;
    below.principal = "usr_ann";
    below.cost(5 * DOLLAR);
    Call routed = new Call(tenant).tagged("team", "蓝");
    routed.requested = "fast";
    routed.model = "anthropic/claude";
    routed.cost(2 * DOLLAR);
    new Call(tenant).cost(DOLLAR);

    assertThat(sums(tenant, "tag:team")).isEqualTo(Map.of("red", "5", "蓝", "2", "-", "1"));
    assertThat(sums(tenant, "provider")).isEqualTo(Map.of("openai", "6", "anthropic", "2"));
    assertThat(sums(tenant, "route")).isEqualTo(Map.of("fast", "2", "-", "6"));
    assertThat(sums(tenant, "application")).isEqualTo(Map.of("handbook", "5", "-", "3"));
    assertThat(sums(tenant, "key")).isEqualTo(Map.of("key_one", "3", "-", "5"));
    assertThat(sums(tenant, "user")).isEqualTo(Map.of("usr_ann", "5", "-", "3"));
    assertThat(sums(tenant, "kind")).isEqualTo(Map.of("chat", "8"));
    assertThat(view(tenant, Map.of("application", "handbook")).total().costUsd()).isEqualTo("5");
    assertThat(view(tenant, Map.of("tag", "team=蓝")).total().costUsd()).isEqualTo("2");
    assertThat(view(tenant, Map.of("requested", "fast")).total().costUsd()).isEqualTo("2");
    assertThat(view(tenant, Map.of("provider", "openai")).total().costUsd()).isEqualTo("6");
    assertThat(view(tenant, Map.of("principal", "usr_ann")).total().costUsd()).isEqualTo("5");
  }

  @Test
  void shouldPutCallsIntoTheirDayOrHourAndLeaveOutWhatIsOutsideTheTime() throws Exception {
    TenantId tenant = tenant();
    new Call(tenant).ago(Duration.ofDays(2)).cost(DOLLAR);
    new Call(tenant).ago(Duration.ofDays(2).plusSeconds(1)).cost(DOLLAR);
    new Call(tenant).ago(Duration.ofDays(40)).cost(4 * DOLLAR);
    new Call(tenant).ago(Duration.ofDays(90)).cost(8 * DOLLAR);

    CostView month = view(tenant, Map.of("interval", "day"));
    CostView quarter =
        view(tenant, Map.of("interval", "day", "from", now.minus(Duration.ofDays(120)).toString()));
    CostView hours =
        view(tenant, Map.of("interval", "hour", "from", now.minus(Duration.ofDays(3)).toString()));

    assertThat(month.total().costUsd()).isEqualTo("2");
    assertThat(quarter.total().costUsd()).isEqualTo("14");
    Instant old = now.minus(Duration.ofDays(90)).truncatedTo(ChronoUnit.DAYS);
    assertThat(quarter.groups().getFirst().points())
        .filteredOn(point -> point.start().equals(old))
        .singleElement()
        .satisfies(point -> assertThat(point.sum().costUsd()).isEqualTo("8"));
    assertThat(hours.groups().getFirst().points())
        .isNotEmpty()
        .allSatisfy(
            point ->
                assertThat(point.start()).isEqualTo(point.start().truncatedTo(ChronoUnit.HOURS)));
  }

  @Test
  void shouldAddUpTheGroupsBeyondTheLimitSoThatNoMoneyIsMissing() throws Exception {
    TenantId tenant = tenant();
    for (int model = 1; model <= 5; model++) {
      new Call(tenant).model("openai/m" + model).cost(model * DOLLAR);
    }

    CostView view = view(tenant, Map.of("group_by", "model", "limit", "2", "interval", "day"));

    assertThat(view.groups())
        .extracting(CostView.Group::name)
        .containsExactly("openai/m5", "openai/m4");
    assertThat(view.others())
        .satisfies(
            others -> {
              assertThat(others.groups()).isEqualTo(3);
              assertThat(others.sum().costUsd()).isEqualTo("6");
              assertThat(others.points()).isNotEmpty();
            });
    assertThat(view.total().costUsd()).isEqualTo("15");
  }

  @Test
  void shouldAddUpNothingOfAnotherTenant() throws Exception {
    TenantId tenant = tenant();
    new Call(tenant).tagged("team", "secret").cost(DOLLAR);

    CostView view = view(tenant(), Map.of("group_by", "tag:team"));

    assertThat(view.groups()).isEmpty();
    assertThat(view.total().calls()).isZero();
  }

  @Test
  void shouldWriteEveryGroupAsCsvThatNoSpreadsheetTakesForAFormula() throws Exception {
    TenantId tenant = tenant();
    new Call(tenant).tagged("team", "=HYPERLINK(\"x\")").cost(DOLLAR);
    new Call(tenant).tagged("team", "a,b").cost(null);

    Response.Content page =
        (Response.Content)
            answer(tenant, Map.of("group_by", "tag:team", "format", "csv", "limit", "1"));
    List<String> lines =
        new String(page.content().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(page.contentType()).startsWith("text/csv");
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("\"tag:team\",start,calls,");
    assertThat(lines.get(1)).startsWith("\"'=HYPERLINK(\"\"x\"\")\",").contains(",1,0,0,1,12,");
    assertThat(lines.get(2)).startsWith("\"a,b\",").contains(",1,0,1,,12,");
  }

  @Test
  void shouldNameTheParameterThatIsWrong() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("group_by", "colour"),
            Map.of("group_by", "tag:"),
            Map.of("interval", "week"),
            Map.of("limit", "0"),
            Map.of("limit", "many"),
            Map.of("format", "pdf"),
            Map.of("from", "2020-01-01T00:00:00Z"),
            Map.of("from", "2099-01-01T00:00:00Z"))) {
      assertThatThrownBy(() -> answer(tenant(), wrong))
          .isInstanceOf(HttpException.class)
          .hasMessageContaining(wrong.keySet().iterator().next());
    }
  }

  private Map<String, String> sums(TenantId tenant, String groupBy) throws Exception {
    Map<String, String> sums = new HashMap<>();
    for (CostView.Group group : view(tenant, Map.of("group_by", groupBy)).groups()) {
      String name = group.name();
      sums.put(name == null ? "-" : name, String.valueOf(group.sum().costUsd()));
    }
    return sums;
  }

  private CostView view(TenantId tenant, Map<String, String> parameters) throws Exception {
    return (CostView) ((Response.Json) answer(tenant, parameters)).value();
  }

  private Response answer(TenantId tenant, Map<String, String> parameters) throws Exception {
    return room.routes().stream()
        .filter(route -> route.path().equals("/api/costs"))
        .findFirst()
        .orElseThrow()
        .handler()
        .handle(FakeRequest.list(tenant, parameters));
  }

  private static TenantId tenant() {
    return new TenantId(UUID.randomUUID());
  }
}

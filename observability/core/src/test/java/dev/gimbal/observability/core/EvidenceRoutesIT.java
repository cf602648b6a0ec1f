package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.observability.api.CallAttempt;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.ContentRecord.Direction;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What was recorded is found through the routes, by whoever may see it. Each test has a tenant of
/// its own on the one server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvidenceRoutesIT {
  private static final String IN = "sha256:" + "1a".repeat(32);
  private static final String OUT = "sha256:" + "0f".repeat(32);
  private final Clock clock = Clock.systemUTC();
  private final Ids ids = new TimeOrderedIds(clock);
  private TestDatabase database;
  private Observability room;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    database = TestDatabase.fresh();
    room = ObservabilityModule.create(ObservabilityConfig.in(directory), database, clock, ids);
    room.start();
  }

  @AfterAll
  void stop() {
    room.close();
    database.close();
  }

  @Test
  void shouldShowACallThatJustEndedWithTokensMoneyTimeAndContent() throws Exception {
    TenantId tenant = tenant();
    CallOpened call = settled(tenant, "openai/gpt-4.1", 1_250_000L);
    room.ledger().content(said(tenant, call.id(), Direction.INPUT, "{\"q\":\"天气\"}"));
    room.ledger().content(said(tenant, call.id(), Direction.OUTPUT, "sunny"));

    CallView view = (CallView) json(get("/api/calls/{call}", oneCall(tenant, call.id())));

    assertThat(view.costUsd()).isEqualTo("0.00125");
    assertThat(view.inputTokens()).isEqualTo(12);
    assertThat(view.cachedTokens()).isNull();
    assertThat(view.tookMs()).isEqualTo(50.0);
    assertThat(view.outcome()).isEqualTo("succeeded");
    assertThat(view.tags()).containsEntry("team", "search");
    assertThat(view.content()).isEqualTo(new CallView.Content("{\"q\":\"天气\"}", "sunny", true));
    assertThat(Json.write(view))
        .contains("\"cost_usd\":\"0.00125\"", "\"first_byte_ms\":20.0")
        .doesNotContain("cached_tokens");
  }

  @Test
  void shouldAnswer404ForAnotherTenantsCallAndTrace() throws Exception {
    TenantId owner = tenant();
    CallOpened call = settled(owner, "openai/gpt-4.1", 1L);
    TraceContext trace = span(owner, "knowledge.ask", "a secret question", null, null);

    assertUnknown("/api/calls/{call}", oneCall(tenant(), call.id()), LedgerError.CALL_UNKNOWN);
    assertUnknown(
        "/api/traces/{trace}",
        FakeRequest.one(tenant(), "trace", trace.traceId()),
        LedgerError.TRACE_UNKNOWN);
    assertUnknown(
        "/api/calls/{call}",
        FakeRequest.one(owner, "call", "call_nonsense"),
        LedgerError.CALL_UNKNOWN);
    assertThat(names("/api/traces", tenant(), Map.of("text", "secret"))).isEmpty();
    assertThat(traces(owner, Map.of("text", "secret"))).hasSize(1);
  }

  private static Map<String, Object> noted(String cache, CallAttempt... attempts) {
    Map<String, Object> attributes = new HashMap<>(Map.of("gimbal.cache", cache));
    for (CallAttempt attempt : attempts) {
      attributes.putAll(attempt.attributes());
    }
    return attributes;
  }

  @Test
  void shouldSayWhatTheCacheSaidOfACallWhicheverRowHasIt() throws Exception {
    TenantId tenant = tenant();
    CallOpened itself = itself(tenant, true);
    CallOpened spanned = settled(tenant, "openai/gpt-4.1", 1L);
    room.ledger()
        .span(
            new SpanRecord(
                tenant,
                ids.next(),
                spanned.trace(),
                null,
                "gateway.chat",
                "key_span",
                null,
                null,
                noted(
                    "miss",
                    new CallAttempt(2, "eu/b", "second", "succeeded", null, 7, 150L),
                    new CallAttempt(1, "us/a", "first", "status 503", "upstream_failed", 12, null)),
                Map.of(),
                "said",
                clock.instant(),
                Duration.ofMillis(3)));
    CallOpened past = settled(tenant, "openai/gpt-4.1", 1L);

    assertThat(cache(tenant, itself)).isEqualTo("hit");
    assertThat(cache(tenant, spanned)).isEqualTo("miss");
    assertThat(cache(tenant, past)).isNull();
    assertThat(call(tenant, spanned).attempts())
        .containsExactly(
            new CallView.Attempt(1, "us/a", "first", "status 503", "upstream_failed", 12, null),
            new CallView.Attempt(2, "eu/b", "second", "succeeded", null, 7, "0.00000015"));
    assertThat(call(tenant, itself).attempts()).isNull();
  }

  private @Nullable String cache(TenantId tenant, CallOpened call) throws Exception {
    return call(tenant, call).cache();
  }

  private CallView call(TenantId tenant, CallOpened call) throws Exception {
    return (CallView) json(get("/api/calls/{call}", oneCall(tenant, call.id())));
  }

  @Test
  void shouldShowACallAsItsOwnStepWhereNoSpanSaysMore() throws Exception {
    TenantId tenant = tenant();
    CallOpened root = itself(tenant, true);
    CallOpened below = itself(tenant, false);
    settled(tenant, "openai/gpt-4.1", 1L);

    assertThat(traces(tenant, Map.of("tag", "team=search")))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.trace()).isEqualTo(root.trace().traceId());
              assertThat(one.name()).isEqualTo("gateway.chat");
              assertThat(one.status()).isEqualTo("error");
              assertThat(one.costUsd()).isEqualTo("0.000000003");
            });
    assertThat(traces(tenant, Map.of("text", "search"))).isEmpty();
    assertThat(trace(tenant, below).spans())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.span()).isEqualTo(below.trace().spanId());
              assertThat(span.attributes().get("gimbal.call").asText())
                  .isEqualTo(Ledger.text(below.id()));
              assertThat(span.attributes().get("gimbal.guard.pii.prompt").asText())
                  .isEqualTo("passed");
              assertThat(span.attributes().get("gen_ai.usage.output_tokens").asLong())
                  .isEqualTo(34);
            });
    assertThat(((CallView) json(get("/api/calls/{call}", oneCall(tenant, root.id())))).content())
        .isEqualTo(new CallView.Content(IN, OUT, false));
    assertUnknown(
        "/api/traces/{trace}",
        FakeRequest.one(tenant(), "trace", root.trace().traceId()),
        LedgerError.TRACE_UNKNOWN);
    assertThat(traces(tenant(), Map.of())).isEmpty();
  }

  @Test
  void shouldSeeOneTenantsStepsOnlyEvenWithoutNamingTheTenant() throws Exception {
    TenantId tenant = tenant();
    itself(tenant, true);
    itself(tenant(), true);
    span(tenant(), "knowledge.ask", null, null, null);
    traces(tenant, Map.of());

    List<UUID> seen =
        database.inTransaction(
            tenant,
            transaction ->
                transaction
                    .handle()
                    .createQuery("SELECT DISTINCT tenant_id FROM observability.step")
                    .mapTo(UUID.class)
                    .list());

    assertThat(seen).containsExactly(tenant.value());
  }

  @Test
  void shouldSeeOneTenantsRowsOnlyEvenWithoutNamingTheTenant() throws Exception {
    TenantId tenant = tenant();
    settled(tenant, "openai/gpt-4.1", 1L);
    settled(tenant(), "openai/gpt-4.1", 1L);
    traces(tenant, Map.of());

    List<UUID> seen =
        database.inTransaction(
            tenant,
            transaction ->
                transaction
                    .handle()
                    .createQuery("SELECT DISTINCT tenant_id FROM observability.call")
                    .mapTo(UUID.class)
                    .list());

    assertThat(seen).containsExactly(tenant.value());
  }

  @Test
  void shouldFindTracesByTheirWordsInEnglishAndChinese() throws Exception {
    TenantId tenant = tenant();
    span(tenant, "knowledge.ask", "How does Gimbal's journal survive a crash?", null, null);
    span(tenant, "knowledge.ask", "北京明天的天气怎么样？", null, null);
    span(tenant, "knowledge.ask", "上海的天气", null, null);

    assertThat(traces(tenant, Map.of("text", "JOURNAL crash"))).hasSize(1);
    assertThat(traces(tenant, Map.of("text", "天气"))).hasSize(2);
    assertThat(traces(tenant, Map.of("text", "明天的天气"))).hasSize(1);
    assertThat(traces(tenant, Map.of("text", "京"))).hasSize(1);
    assertThat(traces(tenant, Map.of("text", "journal 天气"))).isEmpty();
    assertThatThrownBy(() -> traces(tenant, Map.of("text", "?!")))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("text");
  }

  @Test
  void shouldFilterTracesByEachOfTheirProperties() throws Exception {
    TenantId tenant = tenant();
    span(tenant, "knowledge.ask", null, null, "passage_unsupported");
    TraceContext asked = span(tenant, "gateway.call", null, "local/bge", null);
    settledIn(tenant, asked, "openai/o3", 2_000_000_000L);

    assertThat(traces(tenant, Map.of("status", "error")))
        .singleElement()
        .satisfies(one -> assertThat(one.error()).isEqualTo("passage_unsupported"));
    assertThat(traces(tenant, Map.of("status", "ok"))).hasSize(1);
    assertThat(traces(tenant, Map.of("model", "local/bge"))).hasSize(1);
    assertThat(traces(tenant, Map.of("model", "openai/o3")))
        .singleElement()
        .satisfies(one -> assertThat(one.costUsd()).isEqualTo("2"));
    assertThat(traces(tenant, Map.of("name", "knowledge.ask"))).hasSize(1);
    assertThat(traces(tenant, Map.of("tag", "team=search"))).hasSize(2);
    assertThat(traces(tenant, Map.of("tag", "team=other"))).isEmpty();
    assertThat(traces(tenant, Map.of("principal", "key_span"))).hasSize(2);
    assertThat(traces(tenant, Map.of("principal", "key_' OR 1=1 --"))).isEmpty();
    String past = clock.instant().minus(Duration.ofHours(1)).toString();
    assertThat(traces(tenant, Map.of("from", past))).hasSize(2);
    assertThat(traces(tenant, Map.of("until", past))).isEmpty();
    assertThatThrownBy(() -> traces(tenant, Map.of("from", "yesterday")))
        .isInstanceOf(HttpException.class);
  }

  @Test
  void shouldFilterCallsByEachOfTheirProperties() throws Exception {
    TenantId tenant = tenant();
    CallOpened call = settled(tenant, "openai/gpt-4.1", 1L);
    settled(tenant, "local/bge", null);

    assertThat(names("/api/calls", tenant, Map.of("model", "local/bge"))).hasSize(1);
    assertThat(names("/api/calls", tenant, Map.of("outcome", "succeeded"))).hasSize(2);
    assertThat(names("/api/calls", tenant, Map.of("outcome", "failed"))).isEmpty();
    assertThat(names("/api/calls", tenant, Map.of("kind", "chat"))).hasSize(2);
    assertThat(names("/api/calls", tenant, Map.of("trace", call.trace().traceId()))).hasSize(1);
    assertThat(names("/api/calls", tenant, Map.of("tag", "team=search"))).hasSize(2);
    assertThatThrownBy(() -> names("/api/calls", tenant, Map.of("outcome", "good")))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("succeeded");
  }

  @Test
  void shouldPageThroughEveryCallOnceNewestFirst() throws Exception {
    TenantId tenant = tenant();
    List<String> made = new ArrayList<>();
    for (int call = 0; call < 7; call++) {
      made.addFirst(Ledger.text(settled(tenant, "openai/gpt-4.1", 1L).id()));
    }

    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      Listing<?> page =
          (Listing<?>)
              json(
                  get(
                      "/api/calls",
                      new FakeRequest(tenant, Map.of(), Map.of(), new Request.Page(3, cursor))));
      page.data().forEach(call -> seen.add(((CallView) call).id()));
      cursor = page.next();
    } while (cursor != null);

    assertThat(seen).isEqualTo(made);
    assertThatThrownBy(
            () ->
                get(
                    "/api/calls",
                    new FakeRequest(tenant, Map.of(), Map.of(), new Request.Page(3, "x"))))
        .isInstanceOf(HttpException.class);
  }

  @Test
  void shouldFindACallOfMonthsAgoInTheListAndInItsTrace() throws Exception {
    TenantId tenant = tenant();
    Clock past = Clock.offset(clock, Duration.ofDays(-200));
    TraceContext trace = TraceContext.begin();
    CallOpened old = settledIn(tenant, trace, "openai/o3", 5L, new TimeOrderedIds(past).next());
    CallOpened recent = settled(tenant, "openai/o3", 5L);

    assertThat(names("/api/calls", tenant, Map.of()))
        .extracting(call -> ((CallView) call).id())
        .containsExactly(Ledger.text(recent.id()), Ledger.text(old.id()));
    TraceView view =
        (TraceView)
            json(get("/api/traces/{trace}", FakeRequest.one(tenant, "trace", trace.traceId())));
    assertThat(view.calls()).hasSize(1);
  }

  @Test
  void shouldShowATraceThatACallerBeganAsOneWithItsSpansAndCalls() throws Exception {
    TenantId tenant = tenant();
    String caller = "00-" + "a".repeat(31) + "1-" + "b".repeat(16) + "-01";
    String name =
        room.tracing()
            .inSpan(
                "knowledge.ask",
                Principal.system(tenant),
                caller,
                outer -> {
                  outer.text("outer question");
                  settledIn(tenant, TraceContext.CURRENT.get().child(), "openai/o3", 5L);
                  return room.tracing()
                      .inSpan(
                          "knowledge.search",
                          Principal.system(tenant),
                          inner -> inner.attribute("hits", 3).context().traceId());
                });

    TraceView view =
        (TraceView) json(get("/api/traces/{trace}", FakeRequest.one(tenant, "trace", name)));

    assertThat(name).isEqualTo("a".repeat(31) + "1");
    assertThat(view.calls()).hasSize(1);
    assertThat(view.spans())
        .extracting(TraceView.SpanView::name)
        .containsExactlyInAnyOrder("knowledge.ask", "knowledge.search");
    assertThat(traces(tenant, Map.of()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.name()).isEqualTo("knowledge.ask");
              assertThat(one.model()).isEqualTo("openai/o3");
              assertThat(one.text()).isEqualTo("outer question");
            });
  }

  @Test
  void shouldCountCallsWithoutNamingWhatIsATenantsOwn() throws Exception {
    settled(tenant(), "openai/gpt-4.1", 7L);
    settled(tenant(), "acme-secret-project/gpt", 7L);

    Response.Content page =
        (Response.Content) get("/metrics", FakeRequest.list(tenant(), Map.of()));
    String text = new String(page.content().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(text)
        .contains("gimbal_calls_total{kind=\"chat\",outcome=\"succeeded\",provider=\"openai\"")
        .contains("provider=\"other\"")
        .contains("gimbal_calls_duration_seconds_bucket")
        .contains("gimbal_calls_cost_nano_usd_total")
        .contains("gimbal_ledger_queue_entries")
        .contains("gimbal_ledger_journal_bytes")
        .contains("gimbal_ledger_lag_seconds")
        .contains("gimbal_ledger_processor_seconds_total{part=\"writer\"}")
        .contains("jvm_memory_used_bytes")
        .doesNotContain("acme");
  }

  /// A call that is its own step of its trace.
  private CallOpened itself(TenantId tenant, boolean root) {
    CallOpened call = Records.opened(tenant, ids.next(), 3L, clock.instant());
    CallSettled end = Records.settled(call, Outcome.FAILED, 3L, clock.instant());
    room.ledger().open(call).toCompletableFuture().join();
    room.ledger()
        .settle(
            end.as(
                new CallSettled.Step(
                    root, Map.of("gimbal.guard.pii.prompt", "passed", "gimbal.cache", "hit")),
                new CallSettled.Hashes(IN, OUT)))
        .toCompletableFuture()
        .join();
    return call;
  }

  private TraceView trace(TenantId tenant, CallOpened call) throws Exception {
    return (TraceView)
        json(get("/api/traces/{trace}", FakeRequest.one(tenant, "trace", call.trace().traceId())));
  }

  private List<TraceView.Summary> traces(TenantId tenant, Map<String, String> parameters)
      throws Exception {
    return ((Listing<?>) json(get("/api/traces", FakeRequest.list(tenant, parameters))))
        .data().stream().map(TraceView.Summary.class::cast).toList();
  }

  private List<?> names(String path, TenantId tenant, Map<String, String> parameters)
      throws Exception {
    return ((Listing<?>) json(get(path, FakeRequest.list(tenant, parameters)))).data();
  }

  private Response get(String path, Request request) throws Exception {
    Route route =
        room.routes().stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
    return route.handler().handle(request);
  }

  private static Object json(Response response) {
    return ((Response.Json) response).value();
  }

  private void assertUnknown(String path, Request request, LedgerError code) {
    assertThatThrownBy(() -> get(path, request))
        .isInstanceOfSatisfying(
            LedgerException.class, thrown -> assertThat(thrown.errorCode()).isEqualTo(code));
  }

  private static FakeRequest oneCall(TenantId tenant, UUID id) {
    return FakeRequest.one(tenant, "call", Ledger.text(id));
  }

  private static TenantId tenant() {
    return new TenantId(UUID.randomUUID());
  }

  private static ContentRecord said(TenantId tenant, UUID id, Direction direction, String text) {
    return new ContentRecord(tenant, id, direction, text.getBytes(StandardCharsets.UTF_8), true);
  }

  private CallOpened settled(TenantId tenant, String model, @Nullable Long cost) {
    return settledIn(tenant, TraceContext.begin(), model, cost);
  }

  private CallOpened settledIn(
      TenantId tenant, TraceContext trace, String model, @Nullable Long cost) {
    return settledIn(tenant, trace, model, cost, ids.next());
  }

  private CallOpened settledIn(
      TenantId tenant, TraceContext trace, String model, @Nullable Long cost, UUID id) {
    Instant at = TimeOrderedIds.timeOf(id);
    CallOpened any = Records.opened(tenant, id, 5L, at);
    CallOpened call =
        new CallOpened(
            tenant,
            any.id(),
            null,
            trace,
            null,
            any.principal(),
            any.kind(),
            model,
            model,
            false,
            1,
            5L,
            any.tags(),
            at);
    room.ledger().open(call).toCompletableFuture().join();
    room.ledger()
        .settle(Records.settled(call, Outcome.SUCCEEDED, cost, at))
        .toCompletableFuture()
        .join();
    return call;
  }

  private TraceContext span(
      TenantId tenant,
      String name,
      @Nullable String text,
      @Nullable String model,
      @Nullable String error) {
    TraceContext trace = TraceContext.begin();
    room.ledger()
        .span(
            new SpanRecord(
                tenant,
                ids.next(),
                trace,
                null,
                name,
                "key_span",
                model,
                error,
                Map.of("hits", 3),
                Map.of("team", "search"),
                text,
                clock.instant(),
                Duration.ofMillis(3)));
    return trace;
  }
}

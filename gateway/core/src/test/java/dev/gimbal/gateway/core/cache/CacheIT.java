package dev.gimbal.gateway.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.cache.Bill;
import dev.gimbal.gateway.cache.CacheConfig;
import dev.gimbal.gateway.cache.Directive;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.cache.Look;
import dev.gimbal.gateway.cache.Question;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The cache's policies, purges and marks, on a real database and two nodes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheIT {
  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private final TestDatabase database = database();
  private final CacheModule node = node();
  private final CacheModule second = node();
  private final Principal developer = principal(TenantId.FIRST);
  private final Principal stranger = principal(OTHER);

  private static TestDatabase database() {
    TestDatabase fresh = TestDatabase.fresh();
    fresh.migrate("gateway");
    return fresh;
  }

  private CacheModule node() {
    return CacheModule.create(
        new CacheModule.Parts(
            database,
            (transaction, who, action, subject, detail) -> audited.add(action + " " + subject),
            Clock.systemUTC(),
            new TimeOrderedIds(Clock.systemUTC()),
            Runnable::run,
            (tenant, language, text) ->
                CompletableFuture.completedFuture(new float[] {1, 0.1f * text.length() / 100})),
        CacheConfig.DEFAULT);
  }

  private static Principal principal(TenantId tenant) {
    return new Principal(
        tenant, Principal.Kind.USER, UUID.randomUUID(), "p", "developer", Rights.TENANT, null);
  }

  @AfterAll
  void close() {
    node.close();
    second.close();
    database.close();
  }

  private record Asked(
      Caller caller, Map<String, String> query, @Nullable String match, Map<String, ?> json)
      implements Request {
    @Override
    public String id() {
      return "req_test";
    }

    @Override
    public String path(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.ofNullable(query.get(name));
    }

    @Override
    public <T> T body(Class<T> type) {
      return Json.read(Json.write(json), type);
    }

    @Override
    public Map<String, String> form() {
      return Map.of();
    }

    @Override
    public List<Upload> uploads() {
      return List.of();
    }

    @Override
    public Page page() {
      return new Page(200, null);
    }

    @Override
    public @Nullable String traceparent() {
      return null;
    }

    @Override
    public Optional<String> ifMatch() {
      return Optional.ofNullable(match);
    }
  }

  private String send(String method, String path, Asked request) {
    Route route =
        node.routes().stream()
            .filter(r -> r.method().equals(method) && r.path().equals(path))
            .findFirst()
            .orElseThrow();
    try {
      Response response = route.handler().handle(request);
      return Json.write(((Response.Json) response).value());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String put(Principal who, @Nullable String match, Map<String, ?> policy) {
    return send("PUT", "/api/cache", new Asked(who, Map.of(), match, policy));
  }

  private String list(Principal who) {
    return send("GET", "/api/cache", new Asked(who, Map.of(), null, Map.of()));
  }

  private static void until(BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static Question question(String route, String text) {
    String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    return new Question(
        TenantId.FIRST, "chat", route, route, "", body.getBytes(StandardCharsets.UTF_8));
  }

  private static Look look(CacheModule at, String route, String text, String call) {
    AnswerCache cache = at.answers();
    return cache
        .look(question(route, text), at.policies().of(TenantId.FIRST, route), Directive.USUAL, call)
        .toCompletableFuture()
        .join();
  }

  private static void answer(CacheModule at, String route, String text) {
    Lead lead = ((Look.Leads) look(at, route, text, "call_first")).lead();
    lead.head(200, "application/json");
    lead.piece("{}".getBytes(StandardCharsets.UTF_8));
    lead.finished(new Bill(1L, 1L, 2_000_000_000L));
  }

  @Test
  void shouldFollowAPolicyOnEveryNodeAndForItsTenantOnly() {
    assertThat(node.policies().of(TenantId.FIRST, "up/a").on()).isFalse();
    String said =
        put(
            developer,
            null,
            Map.of("route", "up/a", "exact", true, "ttl_seconds", 60, "prompt_most_tokens", 5_000));
    assertThat(said).contains("\"ttl_seconds\":60", "\"most_bytes\":67108864", "\"version\":1");
    assertThat(node.policies().of(TenantId.FIRST, "up/a").ttl()).isEqualTo(Duration.ofSeconds(60));
    until(() -> second.policies().of(TenantId.FIRST, "up/a").exact());
    assertThat(second.policies().prompt(TenantId.FIRST, "up/a"))
        .isEqualTo(new PromptPolicy(false, 5_000L));
    assertThat(node.policies().of(OTHER, "up/a").on()).isFalse();
    assertThat(list(stranger)).doesNotContain("up/a");
    assertThat(audited).contains("cache.set up/a");
  }

  @Test
  void shouldLetThePolicyOfEveryRouteStandWhereThereIsNoOther() {
    TenantId third = new TenantId(new UUID(0x7001L, 1L << 63));
    put(principal(third), null, Map.of("route", "*", "exact", true));
    put(principal(third), null, Map.of("route", "up/off", "exact", false));
    assertThat(node.policies().of(third, "up/any").exact()).isTrue();
    assertThat(node.policies().of(third, "up/off").exact()).isFalse();
  }

  @Test
  void shouldRefuseAChangeOfAnOlderPolicyAndWhatIsOutOfRange() {
    put(developer, null, Map.of("route", "up/b", "exact", true));
    put(developer, "\"1\"", Map.of("route", "up/b", "exact", false));
    assertThatThrownBy(() -> put(developer, "\"1\"", Map.of("route", "up/b", "exact", true)))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("If-Match");
    assertThatThrownBy(
            () -> put(developer, null, Map.of("route", "up/b", "exact", true, "ttl_seconds", 0)))
        .hasMessageContaining("ttl_seconds");
    assertThatThrownBy(() -> put(developer, null, Map.of("route", "two words", "exact", true)))
        .hasMessageContaining("route");
  }

  @Test
  void shouldPurgeOnEveryNodeAndSayWhatWasSaved() {
    put(developer, null, Map.of("route", "up/c", "exact", true));
    until(() -> second.policies().of(TenantId.FIRST, "up/c").exact());
    answer(node, "up/c", "Hi");
    answer(second, "up/c", "Hi");
    assertThat(look(node, "up/c", "Hi", "call_2")).isInstanceOf(Look.Hit.class);
    assertThat(list(developer)).contains("\"hits\":1", "\"hit_rate\":0.5", "\"saved_usd\":\"2\"");
    String gone =
        send("DELETE", "/api/cache", new Asked(stranger, Map.of("route", "up/c"), null, Map.of()));
    assertThat(gone).isEqualTo("{\"removed\":0}");
    gone =
        send("DELETE", "/api/cache", new Asked(developer, Map.of("route", "up/c"), null, Map.of()));
    assertThat(gone).isEqualTo("{\"removed\":1}");
    until(() -> second.answers().counts(TenantId.FIRST).stream().allMatch(c -> c.answers() == 0));
    assertThatThrownBy(
            () ->
                send(
                    "DELETE",
                    "/api/cache",
                    new Asked(developer, Map.of("key", "x"), null, Map.of())))
        .hasMessageContaining("key");
  }

  @Test
  void shouldLearnFromFeedbackOnEveryNode() {
    put(developer, null, Map.of("route", "up/d", "exact", true, "semantic", true));
    answer(node, "up/d", "How do I reset my password?");
    assertThat(look(node, "up/d", "What is the way to reset a password?", "call_3"))
        .isInstanceOf(Look.Hit.class);
    double before = threshold(node);
    Map<String, String> mark = Map.of("call", "call_3", "mark", "wrong");
    assertThatThrownBy(
            () -> send("POST", "/api/cache/feedback", new Asked(stranger, Map.of(), null, mark)))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("call_3");
    assertThat(send("POST", "/api/cache/feedback", new Asked(developer, Map.of(), null, mark)))
        .contains("\"route\":\"up/d\"", "\"mark\":\"wrong\"");
    assertThat(look(node, "up/d", "What is the way to reset a password?", "call_4"))
        .isInstanceOf(Look.Leads.class);
    until(() -> threshold(node) > before + 0.01 && threshold(second) > before + 0.01);
    CacheModule restarted = node();
    assertThat(threshold(restarted)).isGreaterThan(before + 0.01);
    restarted.close();
  }

  private static double threshold(CacheModule at) {
    return at.answers().counts(TenantId.FIRST).stream()
        .filter(counts -> counts.route().equals("up/d"))
        .mapToDouble(counts -> counts.threshold())
        .findFirst()
        .orElse(0);
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.testing.InMemoryLedger;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Providers and prices of tenants, on a real database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProvidersIT {
  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));
  private final Vertx vertx = Vertx.vertx();
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private final TestDatabase database = TestDatabase.fresh();
  private final ScenarioUpstream upstream = ScenarioUpstream.start(vertx);
  private GatewayRoom room;

  private static Principal principal(TenantId tenant, Set<String> rights) {
    return new Principal(
        tenant, Principal.Kind.USER, UUID.randomUUID(), "p", "developer", rights, null);
  }

  private final Principal developer = principal(TenantId.FIRST, Rights.TENANT);
  private final Principal operator = principal(TenantId.FIRST, Rights.OPERATING);
  private final Principal stranger = principal(OTHER, Rights.TENANT);

  @BeforeAll
  void open() {
    room = room(database, true);
  }

  private GatewayRoom room(Database node, boolean allowPrivate) {
    Clock clock = Clock.systemUTC();
    GatewayConfig config =
        House.config(House.DEADLINES, GatewayConfig.Bodies.DEFAULT, allowPrivate);
    return GatewayModule.create(
        config,
        new GatewayModule.Surroundings(
            vertx,
            node,
            new InMemoryLedger(),
            (transaction, who, action, subject, detail) -> audited.add(action + " " + subject),
            NoApplications::new,
            credentials -> Optional.empty(),
            clock,
            new TimeOrderedIds(clock),
            true,
            Metrics.NONE,
            null),
        new GatewayModule.Vendors(
            List.of(OpenAiModule.create(HttpProviderConfig.DEFAULT, vertx)),
            List.of(),
            List.of(),
            House.SECRETS));
  }

  @AfterAll
  void close() {
    room.close();
    upstream.close();
    database.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static final class NoApplications implements Applications {
    @Override
    public Optional<Application> find(Caller caller, String name) {
      return Optional.empty();
    }

    @Override
    public List<String> names(Caller caller) {
      return List.of();
    }
  }

  private Response call(Principal who, String method, String path, Map<String, ?> body) {
    return TestRequest.send(room.routes(), who, method, path, body);
  }

  private void declare(String name, String url, String credential) {
    call(
        developer,
        "POST",
        "/api/providers",
        Map.of("name", name, "dialect", "openai", "base_url", url, "credential", credential));
  }

  private static ChatRequest chat(String model) {
    return new ChatRequest(
        model,
        List.of(new ChatRequest.Message(ChatRequest.Role.USER, "hello")),
        null,
        null,
        Duration.ofSeconds(10),
        null);
  }

  @Test
  void shouldCallADeclaredProviderWithItsCredentialWhichNobodySeesAgain() {
    declare("mine", upstream.baseUrl(), "sk-very-secret");

    assertThat(room.gateway().chat(developer, chat("mine/plain")).text()).contains("Hello");
    assertThat(upstream.received().getLast().headers().get("authorization"))
        .isEqualTo("Bearer sk-very-secret");
    Response list = call(developer, "GET", "/api/providers", Map.of());
    assertThat(Json.write(((Response.Json) list).value()))
        .contains("mine")
        .doesNotContain("sk-very");
    assertThat(audited).contains("provider.created mine");
    String stored =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        "SELECT encode(sealed, 'escape') FROM gateway.provider WHERE name = 'mine'")
                    .mapTo(String.class)
                    .one());
    assertThat(stored).doesNotContain("very-secret");
  }

  @Test
  void shouldKeepTenantsApart() {
    declare("apart", upstream.baseUrl(), "sk");

    assertThatThrownBy(() -> room.gateway().chat(stranger, chat("apart/plain")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
    Response list = call(stranger, "GET", "/api/providers", Map.of());
    assertThat(Json.write(((Response.Json) list).value())).doesNotContain("apart");
    assertThatThrownBy(() -> call(stranger, "DELETE", "/api/providers/apart", Map.of()))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.PROVIDER_UNKNOWN);
    assertThat(room.gateway().chat(developer, chat("apart/plain")).text()).isNotEmpty();
  }

  @Test
  void shouldEndRunningCallsOfAProviderThatIsRemovedAsIfNothingHadHappened() throws Exception {
    declare("leaves", upstream.baseUrl(), "sk");
    int calls = upstream.received().size();
    CompletableFuture<String> running =
        CompletableFuture.supplyAsync(
            () -> room.gateway().chat(developer, chat("leaves/slow-50"), piece -> {}).text());
    upstream.awaitCall(calls + 1);

    call(developer, "DELETE", "/api/providers/leaves", Map.of());

    assertThat(running.get(20, TimeUnit.SECONDS)).endsWith("token19 ");
    assertThatThrownBy(() -> room.gateway().chat(developer, chat("leaves/plain")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
  }

  private Response change(String name, String tag, Object... fields) {
    Map<String, Object> body = new HashMap<>(Map.of("dialect", "openai"));
    for (int i = 0; i < fields.length; i += 2) {
      body.put((String) fields[i], fields[i + 1]);
    }
    String path = "/api/providers/" + name;
    return TestRequest.send(room.routes(), developer, "PUT", path, body, tag);
  }

  private static List<String> keys(ScenarioUpstream upstream, int since) {
    return upstream.received().stream()
        .skip(since)
        .map(call -> call.headers().get("authorization"))
        .distinct()
        .toList();
  }

  @Test
  void shouldChangeAProviderWithoutDroppingACallOrZeroingACounter() throws Exception {
    try (ScenarioUpstream other = ScenarioUpstream.start(vertx)) {
      declare("moves", upstream.baseUrl(), "sk-here");
      int before = upstream.received().size();
      CompletableFuture<String> streaming =
          CompletableFuture.supplyAsync(
              () -> room.gateway().chat(developer, chat("moves/slow-50"), piece -> {}).text());
      upstream.awaitCall(before + 1);
      AtomicBoolean changing = new AtomicBoolean(true);
      AtomicInteger calls = new AtomicInteger();
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (changing.get()) {
                    assertThat(room.gateway().chat(developer, chat("moves/plain")).text())
                        .contains("Hello");
                    calls.incrementAndGet();
                  }
                },
                command -> Thread.ofVirtual().start(command)));
      }
      for (int i = 0; i < 40; i++) {
        boolean away = i % 2 == 0;
        String url = away ? other.baseUrl() : upstream.baseUrl();
        String key = away ? "sk-there" : "sk-here";
        int seen = calls.get();
        change("moves", null, "base_url", url, "credential", key, "parallel_calls", 8 + i % 3);
        while (calls.get() < seen + 5) {
          Thread.onSpinWait();
          callers.forEach(caller -> assertThat(caller).isNotCompletedExceptionally());
        }
      }
      changing.set(false);
      for (CompletableFuture<Void> caller : callers) {
        caller.get(20, TimeUnit.SECONDS);
      }

      assertThat(streaming.get(20, TimeUnit.SECONDS)).endsWith("token19 ");
      assertThat(keys(upstream, before))
          .as("never another server's")
          .containsExactly("Bearer sk-here");
      assertThat(keys(other, 0)).containsExactly("Bearer sk-there");
      Response health = call(developer, "GET", "/api/providers/moves/health", Map.of());
      assertThat(Json.write(((Response.Json) health).value()))
          .contains("\"model\":\"plain\"", "\"calls\":" + calls.get() + "}", "\"parallel\":0");
      assertThat(audited).contains("provider.replaced moves");
    }
  }

  @Test
  void shouldKeepTheSecretsOfAProviderThatIsChangedWithoutThem() {
    call(
        developer,
        "POST",
        "/api/providers",
        Map.of(
            "name",
            "kept",
            "dialect",
            "openai",
            "base_url",
            upstream.baseUrl(),
            "credential",
            "sk-first",
            "credentials",
            List.of(
                Map.of("name", "second", "credential", "sk-second"),
                Map.of("name", "third", "credential", "sk-third"))));
    int before = upstream.received().size();

    Response after =
        change(
            "kept",
            "\"1\"",
            "base_url",
            upstream.baseUrl(),
            "credentials",
            List.of(
                Map.of("name", "fourth", "credential", "sk-fourth"),
                Map.of("name", "second", "requests_per_minute", 90)),
            "queue",
            3,
            "parallel_calls",
            2);

    assertThat(Json.write(((Response.Json) after).value()))
        .contains(
            "\"credential\":\"sealed\"",
            "\"name\":\"fourth\"",
            "\"requests_per_minute\":90",
            "\"queue\":3",
            "\"version\":2")
        .doesNotContain("third", "sk-");
    for (int i = 0; i < 9; i++) {
      room.gateway().chat(developer, chat("kept/plain"));
    }
    assertThat(keys(upstream, before))
        .containsExactlyInAnyOrder("Bearer sk-first", "Bearer sk-second", "Bearer sk-fourth");

    change("kept", null, "base_url", upstream.baseUrl(), "credential", "");
    int open = upstream.received().size();
    room.gateway().chat(developer, chat("kept/plain"));
    assertThat(upstream.received().get(open).headers().contains("authorization")).isFalse();
  }

  @Test
  void shouldNotSendAKeptSecretToAnotherServer() {
    declare("lured", upstream.baseUrl(), "sk-first");
    call(
        operator,
        "POST",
        "/api/providers",
        Map.of(
            "name",
            "lured-env",
            "dialect",
            "openai",
            "base_url",
            upstream.baseUrl(),
            "credentials",
            List.of(Map.of("name", "second", "credential", "env:PATH"))));

    assertThatThrownBy(() -> change("lured", null, "base_url", "http://127.0.0.1:9/v1"))
        .hasMessageContaining("credential: must be given again");
    assertThatThrownBy(() -> change("lured", null, "base_url", secure(upstream.baseUrl())))
        .hasMessageContaining("credential: must be given again");
    assertThatThrownBy(
            () ->
                change(
                    "lured-env",
                    null,
                    "base_url",
                    "http://127.0.0.1:9/v1",
                    "credentials",
                    List.of(Map.of("name", "second"))))
        .hasMessageContaining("credentials[0].credential: must be given again");
    assertThatThrownBy(
            () ->
                change(
                    "lured",
                    null,
                    "base_url",
                    upstream.baseUrl(),
                    "credentials",
                    List.of(Map.of("name", "nobody"))))
        .hasMessageContaining("credentials[0].credential: is required");
    assertThat(change("lured", null, "base_url", upstream.baseUrl() + "/")).isNotNull();
  }

  private static String secure(String url) {
    return url.replace("http://", "https://");
  }

  @Test
  void shouldNotUndoAChangeOfSomebodyElse() {
    declare("shared-work", upstream.baseUrl(), "sk");
    change("shared-work", "\"1\"", "base_url", upstream.baseUrl(), "parallel_calls", 5);

    assertThatThrownBy(
            () -> change("shared-work", "\"1\"", "base_url", upstream.baseUrl(), "queue", 0))
        .hasFieldOrPropertyWithValue("errorCode", HttpError.VERSION_STALE);
    Response shown = call(developer, "GET", "/api/providers/shared-work", Map.of());
    assertThat(((Response.Json) shown).headers()).containsEntry("etag", "\"2\"");
    assertThatThrownBy(() -> call(stranger, "GET", "/api/providers/shared-work", Map.of()))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.PROVIDER_UNKNOWN);
  }

  @Test
  void shouldNameTheFieldOfAnAddressThatCannotBeUsed() {
    for (String url : List.of("ftp://127.0.0.1/v1", "http://nobody.invalid/v1", "http:///v1")) {
      assertThatThrownBy(() -> declare("misled", url, "sk"))
          .as(url)
          .extracting(e -> ((GimbalException) e).fields().getFirst().field())
          .isEqualTo("base_url");
    }
    try (GatewayRoom strict = room(database, false)) {
      Map<String, String> inward =
          Map.of("name", "misled", "dialect", "openai", "base_url", upstream.baseUrl());
      assertThatThrownBy(
              () -> TestRequest.send(strict.routes(), developer, "POST", "/api/providers", inward))
          .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FORBIDDEN)
          .extracting(e -> ((GimbalException) e).fields().getFirst().field())
          .isEqualTo("base_url");
    }
  }

  @Test
  void shouldRefuseASecondProviderOfAName() {
    declare("once", upstream.baseUrl(), "sk");
    assertThatThrownBy(() -> declare("once", upstream.baseUrl(), "sk"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.PROVIDER_EXISTS);
  }

  @Test
  void shouldLetOnlyTheOperatorNameTheServersEnvironmentAndFiles() {
    assertThatThrownBy(() -> declare("thief", upstream.baseUrl(), "file:/etc/passwd"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("tenants.write");
    Response made =
        call(
            operator,
            "POST",
            "/api/providers",
            Map.of(
                "name",
                "trusted",
                "dialect",
                "openai",
                "base_url",
                upstream.baseUrl(),
                "credential",
                "env:PATH"));
    assertThat(Json.write(((Response.Json) made).value())).contains("env:PATH");
  }

  @Test
  void shouldNotReachPrivateAddressesUnlessAllowed() {
    declare("inward", upstream.baseUrl(), "sk");
    int calls = upstream.received().size();
    try (GatewayRoom strict = room(database, false)) {
      assertThatThrownBy(() -> strict.gateway().chat(developer, chat("inward/plain")))
          .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FORBIDDEN);
    }
    assertThat(upstream.received()).hasSize(calls);
  }

  @Test
  void shouldFollowWhatAnotherNodeDeclared() {
    try (Database node = database.secondNode();
        GatewayRoom second = room(node, true)) {
      declare("elsewhere", upstream.baseUrl(), "sk");
      String text = "";
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (text.isEmpty() && System.nanoTime() < deadline) {
        try {
          text = second.gateway().chat(developer, chat("elsewhere/plain")).text();
        } catch (RuntimeException notYet) {
          LockSupport.parkNanos(50_000_000);
        }
      }
      assertThat(text).isNotEmpty();
    }
  }

  @Test
  void shouldPriceCallsByTheTenantsOwnPrice() {
    declare("priced", upstream.baseUrl(), "sk");
    call(
        developer,
        "POST",
        "/api/prices",
        Map.of(
            "model", "priced/plain", "input_usd_per_million", "1", "output_usd_per_million", "2"));

    assertThat(room.gateway().chat(developer, chat("priced/plain")).usage().costNanoUsd())
        .isEqualTo(12 * 1_000 + 20 * 2_000);
    Response others = call(stranger, "GET", "/api/prices", Map.of());
    assertThat(Json.write(((Response.Json) others).value())).doesNotContain("priced");
    assertThat(new PriceTable().list(OTHER)).isNotEmpty();
  }

  @Test
  void shouldKeepTiersAndUnitsAndSayWhichModelsHaveNoPrice() {
    declare("tiered", upstream.baseUrl(), "sk");
    room.gateway().chat(developer, chat("tiered/plain"));
    String missing = awaitMissing("tiered/plain");
    assertThat(missing).contains("first_called");
    assertThat(Json.write(((Response.Json) missing(stranger)).value())).doesNotContain("tiered");

    Response set =
        call(
            developer,
            "POST",
            "/api/prices",
            Map.of(
                "model",
                "tiered/plain",
                "input_usd_per_million",
                "1",
                "output_usd_per_million",
                "1",
                "tiers",
                List.of(
                    Map.of(
                        "above_tokens",
                        11,
                        "input_usd_per_million",
                        "10",
                        "output_usd_per_million",
                        "20")),
                "units_usd",
                Map.of("request", "0.000001")));

    assertThat(Json.write(((Response.Json) set).value())).contains("\"above_tokens\":11");
    assertThat(room.gateway().chat(developer, chat("tiered/plain")).usage().costNanoUsd())
        .as("the prompt has 12 tokens")
        .isEqualTo(12 * 10_000 + 20 * 20_000 + 1_000);
    assertThat(Json.write(((Response.Json) missing(developer)).value())).doesNotContain("tiered");
    GatewayRoom other = room(database, true);
    assertThat(other.gateway().chat(developer, chat("tiered/plain")).usage().costNanoUsd())
        .as("read from the database")
        .isEqualTo(12 * 10_000 + 20 * 20_000 + 1_000);
    other.close();
  }

  @Test
  void shouldNameThePartOfAPriceThatIsWrong() {
    Map<String, Object> tier =
        Map.of("above_tokens", 9, "input_usd_per_million", "1", "output_usd_per_million", "1");
    Map<String, Object> cheap = new HashMap<>(tier);
    cheap.put("output_usd_per_million", "cheap");
    Map<String, Object> nothing = new HashMap<>(tier);
    nothing.put("above_tokens", 0);
    Map<String, Map<String, Object>> wrong =
        Map.of(
            "tiers[1].output_usd_per_million",
            Map.of("tiers", List.of(tier, cheap)),
            "tiers[0].above_tokens",
            Map.of("tiers", List.of(nothing)),
            "units_usd.image",
            Map.of("units_usd", Map.of("image", "x")));
    wrong.forEach(
        (field, more) -> {
          Map<String, Object> body = new HashMap<>(more);
          body.put("model", "priced/wrong");
          body.put("input_usd_per_million", "1");
          body.put("output_usd_per_million", "1");
          assertThatThrownBy(() -> call(developer, "POST", "/api/prices", body))
              .extracting(e -> ((GimbalException) e).fields().getFirst().field())
              .isEqualTo(field);
        });
  }

  private Response missing(Principal who) {
    return call(who, "GET", "/api/prices/missing", Map.of());
  }

  private String awaitMissing(String model) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    String shown = "";
    while (!shown.contains(model) && System.nanoTime() < deadline) {
      shown = Json.write(((Response.Json) missing(developer)).value());
    }
    assertThat(shown).contains(model);
    return shown;
  }
}

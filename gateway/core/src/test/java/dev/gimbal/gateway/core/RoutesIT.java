package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.GatewayModule.Vendors;
import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.ProviderStore.Bounds;
import dev.gimbal.gateway.core.provider.ProviderStore.Credential;
import dev.gimbal.gateway.core.provider.ProviderStore.Declared;
import dev.gimbal.gateway.core.route.RouteModule;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.Credentials.Limits;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Routes and the credentials of providers, on a real database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesIT {
  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));
  private static final String SECRET = "sk-very-secret";

  private final Vertx vertx = Vertx.vertx();
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private final TestDatabase database = TestDatabase.fresh();
  private final Principal developer = principal(TenantId.FIRST);
  private final Principal stranger = principal(OTHER);
  private Node node;

  private static Principal principal(TenantId tenant) {
    return new Principal(
        tenant, Principal.Kind.USER, UUID.randomUUID(), "p", "developer", Rights.TENANT, null);
  }

  /// One process.
  private final class Node implements AutoCloseable {
    private final ProviderCatalog catalog = new ProviderCatalog(Map.of());
    private final ProviderStore providers;
    private final ConfigurationFollower follower;
    private final RouteModule routes;

    Node(Database database) {
      Vendors vendors =
          new Vendors(
              List.of(OpenAiModule.create(HttpProviderConfig.DEFAULT, vertx)),
              List.of(),
              List.of(),
              House.SECRETS);
      providers = new ProviderStore(database, catalog, vendors, true, Clock.systemUTC());
      PriceTable table = new PriceTable();
      follower = new ConfigurationFollower(database, providers, new PriceStore(database, table));
      routes =
          RouteModule.create(
              new RouteModule.Parts(
                  vertx,
                  database,
                  (transaction, who, action, subject, detail) ->
                      audited.add(action + " " + subject),
                  catalog,
                  table,
                  Clock.systemUTC(),
                  () -> {
                    throw new IllegalStateException("no judge here");
                  }));
    }

    @Override
    public void close() {
      routes.close();
      follower.close();
      catalog.close();
    }
  }

  @BeforeAll
  void open() {
    database.migrate("gateway");
    node = new Node(database);
    for (TenantId tenant : List.of(TenantId.FIRST, OTHER)) {
      for (String name : List.of("a", "b")) {
        declare(tenant, name, Bounds.NONE, List.of());
      }
    }
  }

  @AfterAll
  void close() {
    node.close();
    database.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void declare(TenantId tenant, String name, Bounds bounds, List<Credential> credentials) {
    database.inTransaction(
        tenant,
        transaction ->
            node.providers.add(
                transaction,
                new Declared(
                    name, "openai", "http://127.0.0.1:9/v1", SECRET, bounds, credentials)));
  }

  private Response call(Principal who, String method, String path, Map<String, ?> body) {
    return TestRequest.send(node.routes.routes(), who, method, path, body);
  }

  private static Map<String, Object> route(String name, String... models) {
    List<Map<String, String>> targets =
        List.of(models).stream().map(model -> Map.of("model", model)).toList();
    return Map.of("name", name, "targets", targets);
  }

  private static String json(Response response) {
    return Json.write(((Response.Json) response).value());
  }

  @Test
  void shouldDeclareShowReplaceAndRemoveARoute() {
    Response made = call(developer, "POST", "/api/routes", route("fast", "a/m", "b/m"));
    assertThat(((Response.Json) made).status()).isEqualTo(201);
    assertThat(((Response.Json) made).headers()).containsEntry("etag", "\"1\"");
    assertThat(node.catalog.route(TenantId.FIRST, "fast").orElseThrow().policy())
        .isEqualTo(Policy.ORDERED);
    assertThatThrownBy(() -> call(developer, "POST", "/api/routes", route("fast", "a/m")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.ROUTE_EXISTS);

    Response replaced =
        call(
            developer,
            "PUT",
            "/api/routes/fast",
            Map.of("targets", List.of(Map.of("model", "b/m")), "policy", "least-busy"));
    assertThat(json(replaced)).contains("\"version\":2", "\"policy\":\"least-busy\"");
    assertThat(json(call(developer, "GET", "/api/routes/fast", Map.of())))
        .isEqualTo(json(replaced));
    assertThat(node.catalog.route(TenantId.FIRST, "fast").orElseThrow().policy())
        .isEqualTo(Policy.LEAST_BUSY);

    call(developer, "DELETE", "/api/routes/fast", Map.of());
    assertThat(node.catalog.route(TenantId.FIRST, "fast")).isEmpty();
    assertThat(audited).contains("route.created fast", "route.replaced fast", "route.removed fast");
  }

  @Test
  void shouldKeepARouteAsItWasDeclaredInAllItsParts() {
    Map<String, Object> target =
        Map.of(
            "model",
            "a/m",
            "weight",
            3,
            "context_tokens",
            8_000,
            "capabilities",
            List.of("tools", "images"),
            "when",
            Map.of(
                "keys", List.of("ci"),
                "tags", Map.of("team", List.of("search")),
                "tokens", Map.of("most", 100),
                "languages", List.of("zh"),
                "time",
                    Map.of("zone", "Asia/Shanghai", "days", List.of("monday"), "from", "09:00")));
    call(
        developer,
        "POST",
        "/api/routes",
        Map.of(
            "name",
            "whole",
            "targets",
            List.of(target, Map.of("model", "b/m")),
            "policy",
            "weighted",
            "sticky",
            Map.of("by", "header", "name", "session"),
            "retries",
            1,
            "time_limits",
            Map.of("connect_millis", 100, "silence_millis", 5_000)));

    String shown = json(call(developer, "GET", "/api/routes/whole", Map.of()));
    assertThat(shown)
        .contains("\"context_tokens\":8000", "\"languages\":[\"zh\"]", "\"by\":\"header\"")
        .contains("\"zone\":\"Asia/Shanghai\"", "\"most\":100", "\"retries\":1")
        .contains("\"connect_millis\":100", "\"silence_millis\":5000");
    TimeLimits limits = node.catalog.route(TenantId.FIRST, "whole").orElseThrow().timeLimits();
    assertThat(limits)
        .isEqualTo(new TimeLimits(Duration.ofMillis(100), null, Duration.ofSeconds(5), null));
    call(developer, "DELETE", "/api/routes/whole", Map.of());
  }

  @Test
  void shouldNameTheFieldOfARouteThatCannotBe() {
    for (Map.Entry<String, Map<String, Object>> wrong :
        Map.of(
                "targets[0].model", route("wrong", "another-route"),
                "targets[1].model", route("wrong", "a/m", "a/m"),
                "name", route("Wrong", "a/m"),
                "targets[0].when.languages",
                    Map.<String, Object>of(
                        "name",
                        "wrong",
                        "targets",
                        List.of(
                            Map.of(
                                "model", "a/m", "when", Map.of("languages", List.of("klingon"))))))
            .entrySet()) {
      assertThatThrownBy(() -> call(developer, "POST", "/api/routes", wrong.getValue()))
          .isInstanceOf(GatewayException.class)
          .hasMessageStartingWith(wrong.getKey() + ":");
    }
    assertThatThrownBy(
            () ->
                call(
                    developer,
                    "POST",
                    "/api/routes",
                    Map.of("name", "wrong", "targets", Arrays.asList((Object) null))))
        .hasMessageStartingWith("targets:");
    assertThatThrownBy(() -> call(developer, "POST", "/api/routes", route("wrong", "nobody/m")))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("targets[0].model");
  }

  @Test
  void shouldKeepTenantsApart() {
    call(developer, "POST", "/api/routes", route("mine", "a/m"));

    assertThat(json(call(stranger, "GET", "/api/routes", Map.of()))).doesNotContain("mine");
    for (String method : List.of("GET", "PUT", "DELETE")) {
      assertThatThrownBy(() -> call(stranger, method, "/api/routes/mine", route("mine", "a/m")))
          .hasFieldOrPropertyWithValue("errorCode", GatewayError.ROUTE_UNKNOWN);
    }
    assertThat(node.catalog.routeNames(OTHER)).doesNotContain("mine");
    call(stranger, "POST", "/api/routes", route("mine", "b/m"));
    assertThat(
            node.catalog.route(TenantId.FIRST, "mine").orElseThrow().targets().getFirst().model())
        .isEqualTo("a/m");
  }

  @Test
  void shouldFollowWhatAnotherNodeDeclared() {
    try (Database other = database.secondNode();
        Node second = new Node(other)) {
      call(developer, "POST", "/api/routes", route("elsewhere", "a/m"));
      eventually(() -> second.catalog.route(TenantId.FIRST, "elsewhere").isPresent());
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void shouldSealEachCredentialAndKeepWhatWasLearntWhenOthersChange() {
    declare(
        TenantId.FIRST,
        "many",
        new Bounds(4, 10),
        List.of(
            new Credential(new Limits("second", 60, null, null), "sk-second-secret"),
            new Credential(new Limits("third", null, 1_000L, 2), "sk-third-secret")));
    var state = node.catalog.provider(TenantId.FIRST, "many").orElseThrow().state();
    var lease = (Credentials.Lease) state.credentials().take("m", 10, "second");
    state.model("m").health().began();

    declare(TenantId.FIRST, "unrelated", Bounds.NONE, List.of());
    node.providers.reload();

    assertThat(node.catalog.provider(TenantId.FIRST, "many").orElseThrow().state()).isSameAs(state);
    String health = json(call(developer, "GET", "/api/providers/many/health", Map.of()));
    assertThat(health)
        .contains("\"name\":\"default\"", "\"name\":\"second\"", "\"name\":\"third\"")
        .contains("\"in_flight\":1", "\"breaker\":\"closed\"", "\"parallel\":0");
    lease.close(null, null);
    List<String> stored =
        database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT encode(sealed, 'escape') FROM gateway.provider_credential")
                    .mapTo(String.class)
                    .list());
    assertThat(stored).hasSize(2).noneMatch(text -> text.contains("secret"));
    assertThat(
            database.inTransaction(TenantId.FIRST, node.providers::list).stream()
                .filter(shown -> shown.name().equals("many"))
                .findFirst()
                .orElseThrow()
                .credentials())
        .extracting(Credential::credential)
        .containsExactly("sealed", "sealed");
    assertThatThrownBy(() -> call(stranger, "GET", "/api/providers/many/health", Map.of()))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.PROVIDER_UNKNOWN);
  }
}

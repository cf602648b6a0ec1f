package dev.gimbal.gateway.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.cache.CacheConfig;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.GatewayConfig.SharedProvider;
import dev.gimbal.gateway.core.budget.LocalBudgets;
import dev.gimbal.gateway.core.budget.Spending;
import dev.gimbal.gateway.core.cache.CachePolicies;
import dev.gimbal.gateway.core.cache.CallCache;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.guard.FixedGuards;
import dev.gimbal.gateway.core.guard.GuardedCall;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.SharedProviders;
import dev.gimbal.gateway.core.route.Router;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.provider.anthropic.AnthropicModule;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.gemini.GeminiModule;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.time.FakeClock;
import dev.gimbal.release.api.Application;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A gateway over real sockets: a scenario upstream below, an HTTP server above, a ledger in
/// memory.
public final class House implements AutoCloseable {
  public static final String KEY = "gmb_test";
  public static final Deadlines DEADLINES =
      new Deadlines(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));
  public static final SecretKey SECRETS = new SecretKeySpec(new byte[32], "AES");

  public final Vertx vertx = Vertx.vertx();
  public final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));
  public final Ids ids = new TimeOrderedIds(clock);
  public final CountingLedger ledger = new CountingLedger();
  public final ScenarioUpstream upstream = ScenarioUpstream.start(vertx);
  public final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  public final Map<String, Principal> keys = new ConcurrentHashMap<>();
  public final Map<String, Application> applications = new ConcurrentHashMap<>();
  public final Map<String, Price> prices = new ConcurrentHashMap<>();
  public final LocalBudgets budgets = new LocalBudgets(clock, ids);

  /// What looks at each call from now on.
  public volatile FixedGuards guards = guarding();

  /// Which calls they look at.
  public volatile Predicate<GuardedCall> guarded = call -> true;

  private final FixedGuards unguarded = guarding();

  /// What is kept; every question has the same vector, so that words alone tell them apart.
  public final AnswerCache cache =
      new AnswerCache(
          CacheConfig.DEFAULT,
          clock,
          Runnable::run,
          (tenant, language, text) -> CompletableFuture.completedFuture(new float[] {1, 0}));

  public final CachePolicies policies = new CachePolicies();

  public final CallModule calls;
  public final ProviderCatalog catalog;
  private final HttpServer server;

  public House() {
    this(config(DEADLINES, Bodies.DEFAULT, true));
  }

  public House(GatewayConfig config) {
    this(config, null);
  }

  /// @param spending what calls reserve from; null: budgets of this process
  public House(GatewayConfig config, @Nullable Spending spending) {
    GatewayConfig complete =
        new GatewayConfig(
            config.allowPrivateUpstreams(),
            config.content(),
            config.bodies(),
            config.deadlines(),
            providers(
                config,
                new SharedProvider("up", "openai", URI.create(upstream.baseUrl()), null),
                new SharedProvider("claude", "anthropic", URI.create(upstream.baseUrl()), null),
                new SharedProvider("gemini", "gemini", URI.create(upstream.geminiUrl()), null)));
    keys.put(KEY, principal(null, Rights.TENANT));
    GatewayModule.Vendors vendors =
        new GatewayModule.Vendors(factories(), List.of(), List.of(), SECRETS);
    catalog = new ProviderCatalog(SharedProviders.create(complete, vendors));
    Prices table = (tenant, model, at) -> prices.get(model);
    Authenticator authenticator =
        credentials ->
            Optional.ofNullable(
                    credentials.key() == null ? credentials.session() : credentials.key())
                .map(keys::get);
    calls =
        new CallModule(
            complete,
            new CallModule.Parts(
                vertx,
                catalog,
                table,
                Router.of(catalog, table, clock, vertx),
                spending == null ? budgets.spending() : spending,
                call -> (guarded.test(call) ? guards : unguarded).apply(call),
                new CallCache(cache, policies),
                ledger,
                Apps::new,
                authenticator,
                clock,
                ids));
    server =
        await(vertx.createHttpServer().requestHandler(calls.v1()::handle).listen(0, "127.0.0.1"));
  }

  /// Guards without slow ones.
  public static FixedGuards guarding(GuardDeclaration... declared) {
    return new FixedGuards(
        List.of(declared),
        new SlowJudge(List.of(), (guard, place, text, within) -> SlowVerdict.PASSED));
  }

  private static List<SharedProvider> providers(GatewayConfig config, SharedProvider... scenarios) {
    List<SharedProvider> providers = new ArrayList<>(List.of(scenarios));
    providers.addAll(config.providers());
    return providers;
  }

  private List<ProviderFactory> factories() {
    List<ProviderFactory> factories =
        new ArrayList<>(OpenAiModule.presets(HttpProviderConfig.DEFAULT, vertx));
    factories.add(OpenAiModule.create(HttpProviderConfig.DEFAULT, vertx));
    factories.add(AnthropicModule.create(HttpProviderConfig.DEFAULT, vertx));
    factories.add(GeminiModule.create(HttpProviderConfig.DEFAULT, vertx));
    return factories;
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  public static GatewayConfig config(Deadlines deadlines, Bodies bodies, boolean allowPrivate) {
    return new GatewayConfig(allowPrivate, Content.FULL, bodies, deadlines, List.of());
  }

  public static Principal principal(@Nullable Integer requestsPerMinute, Set<String> rights) {
    return new Principal(
        TenantId.FIRST,
        Principal.Kind.SERVICE,
        UUID.randomUUID(),
        "test",
        "developer",
        rights,
        requestsPerMinute);
  }

  public int port() {
    return server.actualPort();
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(30))
        .header("authorization", "Bearer " + KEY);
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new IllegalStateException("no answer", e);
    }
  }

  public HttpResponse<String> chat(String body) {
    return send(request("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public static String body(String model, boolean stream) {
    return "{\"model\":\"up/"
        + model
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]"
        + (stream ? ",\"stream\":true}" : "}");
  }

  @Override
  public void close() {
    client.close();
    await(server.close());
    calls.close();
    budgets.close();
    guards.close();
    unguarded.close();
    catalog.close();
    upstream.close();
    await(vertx.close());
  }

  private final class Apps implements Applications {
    @Override
    public Optional<Application> find(Caller caller, String name) {
      return Optional.ofNullable(applications.get(name));
    }

    @Override
    public List<String> names(Caller caller) {
      return applications.keySet().stream().sorted().toList();
    }
  }
}

package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.wire.NeedsScan;
import dev.gimbal.gateway.routing.Board;
import dev.gimbal.gateway.routing.CallFacts;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.gateway.routing.Planner;
import dev.gimbal.gateway.routing.Retries;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Finds who could answer a call, in which order. Thread-safe; answers at once and from memory.
public final class Router {
  /// Bytes a token has at least, in a prompt that has to fit: Chinese has about three, English
  /// four.
  private static final long BYTES_A_TOKEN = 3;

  /// Assumed where a call declares no limit of its output.
  private static final long DEFAULT_OUTPUT = 4_096;

  private final Parts parts;
  private final Planner planner;
  private final Retries retries;

  /// What it stands on.
  ///
  /// @param nanos as [System#nanoTime] tells
  /// @param random thread-safe
  public record Parts(
      ProviderCatalog catalog,
      Prices prices,
      Clock clock,
      Vertx vertx,
      LongSupplier nanos,
      RandomGenerator random,
      Extras extras) {}

  Router(Parts parts) {
    this.parts = parts;
    this.planner = new Planner(parts.random);
    this.retries = new Retries(parts.random);
  }

  /// A router without a database: nobody judges answers, what is pinned is known to this process.
  public static Router of(ProviderCatalog catalog, Prices prices, Clock clock, Vertx vertx) {
    Extras extras = new Extras(new Pins(clock), new Savings(clock), Judges.pure());
    return new Router(new Parts(catalog, prices, clock, vertx, System::nanoTime, chance(), extras));
  }

  /// The same with judges.
  ///
  /// @param inside asked when a route names a judge
  /// @param beside runs what blocks
  public static Router of(
      ProviderCatalog catalog,
      Prices prices,
      Clock clock,
      Vertx vertx,
      Supplier<Gateway> inside,
      Executor beside) {
    Extras extras = new Extras(new Pins(clock), new Savings(clock), Judges.with(inside, beside));
    return new Router(new Parts(catalog, prices, clock, vertx, System::nanoTime, chance(), extras));
  }

  static RandomGenerator chance() {
    return () -> ThreadLocalRandom.current().nextLong();
  }

  /// What only some routes need.
  public record Extras(Pins pins, Savings savings, Judges judges) {}

  Parts parts() {
    return parts;
  }

  Retries retries() {
    return retries;
  }

  /// Plans a call, on its event loop. Nothing has been asked or taken yet.
  ///
  /// @throws GatewayException [GatewayError#MODEL_UNKNOWN]; [GatewayError#MODEL_MISMATCHED] if no
  ///     target of a route does what is asked; [GatewayError#UPSTREAM_BUSY] if none takes the call
  public Plan plan(RouteCall call) {
    String name = call.fields().model();
    TenantId tenant = call.principal().tenant();
    Optional<RouteDeclaration> route =
        name.indexOf('/') < 0 ? parts.catalog.route(tenant, name) : Optional.empty();
    if (route.isPresent()) {
      return new Plan(this, call, route.get(), candidates(call, route.get()));
    }
    return new Plan(this, call, null, List.of(new Candidate(name, target(tenant, name))));
  }

  /// A provider's model.
  ///
  /// @throws GatewayException if a tenant knows none of this name
  public Target target(TenantId tenant, String name) {
    return parts
        .catalog
        .resolve(tenant, name)
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.MODEL_UNKNOWN,
                    "model",
                    "no provider, route or application is named so"));
  }

  /// A candidate by what its provider is now; null if it is gone.
  @Nullable Candidate anew(RouteCall call, Candidate before) {
    return parts
        .catalog
        .resolve(call.principal().tenant(), before.model())
        .map(target -> new Candidate(before.model(), target))
        .orElse(null);
  }

  /// One who could answer.
  ///
  /// @param model `provider/model`
  record Candidate(String model, Target target) {
    Health health() {
      return target.entry().state().model(target.model()).health();
    }
  }

  private List<Candidate> candidates(RouteCall call, RouteDeclaration route) {
    CallBoard board = new CallBoard(call);
    Planner.Order order = planner.order(route, facts(call), board);
    if (order.targets().isEmpty()) {
      throw new GatewayException(
          GatewayError.UPSTREAM_BUSY, "Route " + route.name() + ": " + order.why() + ".");
    }
    List<Candidate> candidates = new ArrayList<>(order.targets().size());
    for (RouteTarget target : order.targets()) {
      Target found = board.find(target.model());
      if (found != null && found.entry().provider().speaks(call.endpoint()).isPresent()) {
        candidates.add(new Candidate(target.model(), found));
      }
    }
    if (candidates.isEmpty()) {
      throw new GatewayException(
          GatewayError.MODEL_MISMATCHED, "model", "no target does what this path asks for");
    }
    return candidates;
  }

  private CallFacts facts(RouteCall call) {
    long bytes = call.body().length();
    return new CallFacts(
        new CallFacts.Caller(
            call.principal().id(), call.principal().name(), call.user(), call.principal().role()),
        call.tags(),
        new CallFacts.Size(bytes, promptTokens(call), outputTokens(call)),
        () -> NeedsScan.of(call.body()),
        call.fields().text(),
        parts.clock.instant());
  }

  static long promptTokens(RouteCall call) {
    return call.body().length() / BYTES_A_TOKEN;
  }

  static long outputTokens(RouteCall call) {
    Long declared = call.fields().maxTokens();
    return call.endpoint().writes() ? (declared == null ? DEFAULT_OUTPUT : declared) : 0;
  }

  /// What one call sees of the targets.
  private final class CallBoard implements Board {
    private final RouteCall call;

    CallBoard(RouteCall call) {
      this.call = call;
    }

    @Nullable Target find(String model) {
      return parts.catalog.resolve(call.principal().tenant(), model).orElse(null);
    }

    @Override
    public @Nullable Health health(String model) {
      Target target = find(model);
      return target == null ? null : target.entry().state().model(target.model()).health();
    }

    @Override
    public @Nullable Long worstCost(String model) {
      Price price = parts.prices.find(call.principal().tenant(), model, parts.clock.instant());
      return price == null
          ? null
          : Long.valueOf(price.most(call.body().length(), call.fields(), call.endpoint().writes()));
    }

    @Override
    public @Nullable Long budgetLeft() {
      return call.budgetLeft().get();
    }
  }

  /// Whether a tenant has names that lead to a choice of providers.
  boolean routes(TenantId tenant) {
    return parts.catalog.routes(tenant);
  }

  Learning learning(TenantId tenant, String provider, String credential, boolean ids) {
    return new Learning(parts.extras.pins(), tenant, new Pins.Pin(provider, credential), ids);
  }

  /// What hears the answers about a provider's files, whose calls go by its first credential; null
  /// where no call could be sent anywhere else.
  public @Nullable Learning files(TenantId tenant, String provider) {
    return parts
        .catalog
        .provider(tenant, provider)
        .filter(entry -> entry.credentials() > 1 || routes(tenant))
        .map(entry -> learning(tenant, provider, entry.firstCredential(), true))
        .orElse(null);
  }
}

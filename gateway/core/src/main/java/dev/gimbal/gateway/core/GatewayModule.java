package dev.gimbal.gateway.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.cache.CacheConfig;
import dev.gimbal.gateway.core.alert.AlertModule;
import dev.gimbal.gateway.core.budget.BudgetModule;
import dev.gimbal.gateway.core.cache.CacheModule;
import dev.gimbal.gateway.core.cache.QuestionEmbedder;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.guard.GuardParts;
import dev.gimbal.gateway.core.guard.Guards;
import dev.gimbal.gateway.core.meter.GatewayMeters;
import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.Sealing;
import dev.gimbal.gateway.core.provider.SharedProviders;
import dev.gimbal.gateway.core.route.RouteModule;
import dev.gimbal.gateway.core.routes.BudgetRoutes;
import dev.gimbal.gateway.core.routes.GatewayRoutes;
import dev.gimbal.gateway.core.routes.LimitRoutes;
import dev.gimbal.gateway.core.routes.PriceRoutes;
import dev.gimbal.gateway.core.routes.ProviderRoutes;
import dev.gimbal.gateway.core.routes.RunningCallRoutes;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// The room's only door for wiring.
public final class GatewayModule {
  private static final String ROOM = "gateway";

  private GatewayModule() {}

  /// What the gateway stands on.
  ///
  /// @param alone whether no other process uses this database: then what an earlier one leased
  ///     is free
  /// @param applications asked at each call, so that rooms which need the gateway can offer them
  /// @param leases directory that this process alone writes to, for what it uses of limits; null:
  ///     what it held stays spent when it is killed
  public record Surroundings(
      Vertx vertx,
      Database database,
      Ledger ledger,
      Audit audit,
      Supplier<Applications> applications,
      Authenticator authenticator,
      Clock clock,
      Ids ids,
      boolean alone,
      Metrics metrics,
      @Nullable Path leases) {}

  /// Who answers calls.
  ///
  /// @param factories by which declared providers are made, one a dialect
  /// @param inProcess providers of every tenant that need no declaration: `local`, `fake`
  /// @param classifiers that guards may name
  /// @param secrets seals credentials that are kept in the database: an AES key of 256 bits
  public record Vendors(
      List<ProviderFactory> factories,
      List<Provider> inProcess,
      List<TextClassifier> classifiers,
      SecretKey secrets) {
    public Vendors {
      factories = List.copyOf(factories);
      classifiers = List.copyOf(classifiers);
      inProcess = List.copyOf(inProcess);
    }
  }

  /// Wires the room. Blocks: it migrates its schema and reads providers and prices.
  public static GatewayRoom create(
      GatewayConfig config, Surroundings surroundings, Vendors vendors) {
    surroundings.database.migrate(ROOM);
    ProviderCatalog catalog = new ProviderCatalog(SharedProviders.create(config, vendors));
    ProviderStore providers =
        new ProviderStore(
            surroundings.database,
            catalog,
            vendors,
            config.allowPrivateUpstreams(),
            surroundings.clock);
    PriceTable table = new PriceTable();
    PriceStore prices = new PriceStore(surroundings.database, table);
    AtomicReference<Gateway> inside = new AtomicReference<>();
    Guards guards = guards(config, surroundings, vendors, inside::get);
    ConfigurationFollower follower =
        new ConfigurationFollower(
            surroundings.database,
            Map.of(
                ProviderStore.TOPIC,
                providers::reload,
                PriceStore.TOPIC,
                prices::reload,
                Guards.TOPIC,
                guards::reload));
    AlertModule alerts = alerts(config, surroundings, catalog, vendors);
    BudgetModule budgets = budgets(surroundings, alerts);
    QuestionEmbedder embedder = new QuestionEmbedder(inside::get);
    CacheModule cache = cache(surroundings, embedder);
    RouteModule routing = routing(surroundings, catalog, table, inside::get);
    CallModule calls =
        new CallModule(
            config,
            new CallModule.Parts(
                surroundings.vertx,
                catalog,
                table,
                routing.router(),
                budgets.spending(),
                guards::guard,
                cache.calls(),
                surroundings.ledger,
                surroundings.applications,
                surroundings.authenticator,
                surroundings.clock,
                surroundings.ids));
    inside.set(calls.inside());
    GatewayRoutes declared =
        new GatewayRoutes(new GatewayRoutes.Parts(catalog, surroundings.applications));
    List<Route> routes = new ArrayList<>(declared.routes());
    routes.addAll(
        new ProviderRoutes(
                new ProviderRoutes.Parts(
                    surroundings.database, surroundings.audit, catalog, providers))
            .routes());
    routes.addAll(
        new PriceRoutes(
                new PriceRoutes.Parts(
                    surroundings.database, surroundings.audit, table, prices, surroundings.clock))
            .routes());
    routes.addAll(routing.routes());
    routes.addAll(guards.routes());
    routes.addAll(cache.routes());
    routes.addAll(alerts.routes());
    routes.addAll(limits(config, surroundings, budgets));
    routes.addAll(
        new RunningCallRoutes(surroundings.database, surroundings.audit, calls.running()).routes());
    return new WiredGateway(
        calls,
        List.of(follower, routing, guards, budgets, alerts, cache, embedder),
        catalog,
        routes,
        evidence(surroundings, catalog, guards, alerts));
  }

  private static EvidenceListener evidence(
      Surroundings surroundings, ProviderCatalog catalog, Guards guards, AlertModule alerts) {
    EvidenceListener spend = alerts.spend();
    EvidenceListener meters = new GatewayMeters(surroundings.metrics, catalog, guards::kind);
    return (calls, spans) -> {
      spend.kept(calls, spans);
      meters.kept(calls, spans);
    };
  }

  private static BudgetModule budgets(Surroundings surroundings, AlertModule alerts) {
    BudgetModule budgets =
        BudgetModule.create(
            surroundings.database,
            alerts::budget,
            surroundings.clock,
            surroundings.ids,
            surroundings.leases);
    if (surroundings.alone) {
      budgets.alone();
    }
    return budgets;
  }

  private static CacheModule cache(Surroundings surroundings, QuestionEmbedder embedder) {
    return CacheModule.create(
        new CacheModule.Parts(
            surroundings.database,
            surroundings.audit,
            surroundings.clock,
            surroundings.ids,
            embedder.threads(),
            embedder),
        CacheConfig.DEFAULT);
  }

  private static AlertModule alerts(
      GatewayConfig config, Surroundings surroundings, ProviderCatalog catalog, Vendors vendors) {
    return AlertModule.create(
        config.alerts(),
        new AlertModule.Parts(
            surroundings.vertx,
            surroundings.database,
            surroundings.audit,
            surroundings.metrics,
            catalog,
            surroundings.clock,
            surroundings.ids,
            config.allowPrivateUpstreams()),
        new Sealing(vendors.secrets));
  }

  private static Guards guards(
      GatewayConfig config, Surroundings surroundings, Vendors vendors, Supplier<Gateway> inside) {
    return Guards.create(
        new GuardParts(
            surroundings.vertx,
            surroundings.database,
            surroundings.audit,
            surroundings.clock,
            vendors.classifiers,
            inside,
            config.allowPrivateUpstreams()));
  }

  private static RouteModule routing(
      Surroundings surroundings,
      ProviderCatalog catalog,
      PriceTable table,
      Supplier<Gateway> inside) {
    return RouteModule.create(
        new RouteModule.Parts(
            surroundings.vertx,
            surroundings.database,
            surroundings.audit,
            catalog,
            table,
            surroundings.clock,
            inside));
  }

  private static List<Route> limits(
      GatewayConfig config, Surroundings surroundings, BudgetModule budgets) {
    BudgetRoutes.Parts parts =
        new BudgetRoutes.Parts(
            surroundings.database,
            surroundings.audit,
            budgets.store(),
            surroundings.clock,
            surroundings.ids);
    List<Route> routes = new ArrayList<>(new BudgetRoutes(parts).routes());
    routes.addAll(new LimitRoutes(parts, config.deadlines().whole()).routes());
    return routes;
  }
}

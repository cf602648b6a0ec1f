package dev.gimbal.gateway.core;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.alert.FileChannel;
import dev.gimbal.gateway.core.alert.LocalAlerts;
import dev.gimbal.gateway.core.budget.LocalBudgets;
import dev.gimbal.gateway.core.cache.FileCache;
import dev.gimbal.gateway.core.cache.RoutePolicy;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.guard.DeclaredGuard;
import dev.gimbal.gateway.core.guard.FileGuards;
import dev.gimbal.gateway.core.meter.GatewayMeters;
import dev.gimbal.gateway.core.price.DatedPrice;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.provider.FileProviders;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.SharedProviders;
import dev.gimbal.gateway.core.route.HealthRoutes;
import dev.gimbal.gateway.core.route.Router;
import dev.gimbal.gateway.core.routes.FileRoutes;
import dev.gimbal.gateway.core.routes.GatewayFile;
import dev.gimbal.gateway.core.routes.GatewayFileReader;
import dev.gimbal.gateway.core.routes.RunningCallRoutes;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.SpentRecord;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway without a database: the same path of a call, declared by a file. Thread-safe.
public final class LocalGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalGateway.class);

  private final ExecutorService virtual =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("route-", 0).factory());
  private final ProviderCatalog catalog;
  private final FileProviders providers;
  private final PriceTable table = new PriceTable();
  private final LocalBudgets budgets;
  private final FileGuards guards;
  private final FileCache cache;
  private final LocalAlerts alerts;
  private final GatewayFileReader.Rules rules;
  private final WiredGateway room;
  private volatile GatewayFile declared = new GatewayFile(List.of(), List.of(), Map.of());

  /// What it stands on.
  ///
  /// @param spent what calls on record used, from which budgets go on
  /// @param file for people: where everything is declared
  public record Surroundings(
      Vertx vertx,
      Ledger ledger,
      SpentRecord spent,
      Authenticator authenticator,
      Clock clock,
      Ids ids,
      Metrics metrics,
      String file) {}

  private LocalGateway(
      GatewayConfig config, Surroundings surroundings, GatewayModule.Vendors vendors) {
    Vertx vertx = surroundings.vertx;
    Clock clock = surroundings.clock;
    catalog = new ProviderCatalog(SharedProviders.create(config, vendors));
    providers = new FileProviders(catalog, vendors.factories(), config.allowPrivateUpstreams());
    budgets = new LocalBudgets(clock, surroundings.ids, surroundings.spent);
    AtomicReference<Gateway> inside = new AtomicReference<>();
    guards =
        new FileGuards(vertx, vendors.classifiers(), inside::get, config.allowPrivateUpstreams());
    rules =
        new GatewayFileReader.Rules(
            providers,
            catalog.sharedNames(),
            vendors.classifiers().stream().map(TextClassifier::name).toList(),
            config.deadlines().whole(),
            config.alerts().smtp() != null);
    alerts =
        LocalAlerts.create(
            config.alerts(),
            new LocalAlerts.Parts(
                vertx,
                limit -> budgets.standing(limit).spent(),
                catalog,
                surroundings.metrics,
                clock,
                surroundings.ids,
                config.allowPrivateUpstreams()));
    cache = new FileCache(clock, inside::get);
    CallModule calls =
        new CallModule(
            config,
            new CallModule.Parts(
                vertx,
                catalog,
                table,
                Router.of(catalog, table, clock, vertx, inside::get, virtual),
                budgets.spending(),
                guards::guard,
                cache.calls(),
                surroundings.ledger,
                () -> Applications.NONE,
                surroundings.authenticator,
                clock,
                surroundings.ids));
    inside.set(calls.inside());
    FileRoutes.Parts shown = new FileRoutes.Parts(() -> declared, catalog, table, budgets);
    List<Route> routes = new ArrayList<>(new FileRoutes(shown, surroundings.file).routes());
    routes.addAll(new HealthRoutes(catalog).routes());
    routes.addAll(alerts.routes());
    routes.addAll(
        new RunningCallRoutes(
                calls.running(), (by, call) -> LOG.info("{} ended the call {}", by.id(), call))
            .routes());
    room =
        new WiredGateway(
            calls,
            List.of(alerts, guards, budgets, cache, virtual),
            catalog,
            routes,
            new GatewayMeters(surroundings.metrics, catalog, guards::kind));
  }

  /// Wires it. Nothing is declared yet.
  public static LocalGateway create(
      GatewayConfig config, Surroundings surroundings, GatewayModule.Vendors vendors) {
    return new LocalGateway(config, surroundings, vendors);
  }

  /// The room.
  public GatewayRoom room() {
    return room;
  }

  /// Reads what a file declares; nothing changes.
  ///
  /// @throws dev.gimbal.gateway.core.routes.GatewayFileException with every error
  public GatewayFile read(String text) {
    return GatewayFileReader.read(text, rules);
  }

  /// Takes what a file declares. Calls that are under way end as they began; what was counted and
  /// learnt stays.
  public synchronized void declare(GatewayFile file) {
    Map<TenantId, List<DatedPrice>> prices = new HashMap<>();
    Map<TenantId, Map<String, RouteDeclaration>> routes = new HashMap<>();
    Map<TenantId, List<DeclaredGuard>> guarded = new HashMap<>();
    Map<TenantId, Map<String, RoutePolicy>> cached = new HashMap<>();
    List<Limit> limits = new ArrayList<>();
    List<LocalAlerts.Watched> watched = new ArrayList<>();
    Map<TenantId, List<FileChannel>> channels = new HashMap<>();
    file.tenants()
        .forEach(
            (tenant, own) -> {
              prices.put(tenant, own.prices());
              routes.put(tenant, own.routes());
              guarded.put(tenant, own.guards());
              limits.addAll(own.limits());
              cached.put(tenant, own.cache());
              watched.addAll(own.watched());
              channels.put(tenant, own.channels());
            });
    providers.swap(file.providers());
    table.swap(prices);
    guards.swap(guarded);
    cache.swap(cached);
    budgets.declare(limits);
    alerts.declare(channels, watched);
    catalog.swapRoutes(routes);
    declared = file;
  }

  @Override
  public void close() {
    room.close();
  }
}

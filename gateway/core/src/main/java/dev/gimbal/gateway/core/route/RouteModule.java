package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Route;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wires routes: the door is [#router].
public final class RouteModule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RouteModule.class);
  private static final long WRITTEN_EVERY_SECONDS = 10;
  private static final long FORGOTTEN_EVERY_HOURS = 6;

  private final ExecutorService virtual =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("route-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("route-timer").factory());
  private final List<Future<?>> kept;
  private final SavingStore savings;
  private final ConfigurationFollower follower;
  private final Router router;
  private final List<Route> routes;

  /// What it stands on.
  ///
  /// @param inside asked when a route names a judge
  public record Parts(
      Vertx vertx,
      Database database,
      Audit audit,
      ProviderCatalog catalog,
      Prices prices,
      Clock clock,
      Supplier<Gateway> inside) {}

  /// Wires it. Blocks: it reads all routes.
  public static RouteModule create(Parts parts) {
    return new RouteModule(parts);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what runs there catches and logs its failures
  private RouteModule(Parts parts) {
    RouteStore store = new RouteStore(parts.database, parts.catalog, parts.clock);
    follower = new ConfigurationFollower(parts.database, Map.of(RouteStore.TOPIC, store::reload));
    Savings sums = new Savings(parts.clock);
    savings = new SavingStore(parts.database, sums);
    Pins pins = new Pins(parts.clock, parts.database, virtual);
    router =
        new Router(
            new Router.Parts(
                parts.catalog,
                parts.prices,
                parts.clock,
                parts.vertx,
                System::nanoTime,
                Router.chance(),
                new Router.Extras(pins, sums, Judges.with(parts.inside, virtual))));
    RouteRoutes.Parts shown =
        new RouteRoutes.Parts(parts.database, parts.audit, parts.catalog, store, savings);
    routes =
        Stream.concat(
                new RouteRoutes(shown).routes().stream(),
                new HealthRoutes(parts.catalog).routes().stream())
            .toList();
    kept =
        List.of(
            timer.scheduleWithFixedDelay(
                () -> quietly(savings::write),
                WRITTEN_EVERY_SECONDS,
                WRITTEN_EVERY_SECONDS,
                TimeUnit.SECONDS),
            timer.scheduleWithFixedDelay(
                () -> quietly(pins::forgetOld), 1, FORGOTTEN_EVERY_HOURS, TimeUnit.HOURS));
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.warn("the record of routes could not be kept; trying again soon", e);
    }
  }

  /// Finds who answers a call.
  public Router router() {
    return router;
  }

  /// `/api/routes` and the health of providers.
  public List<Route> routes() {
    return routes;
  }

  @Override
  public void close() {
    kept.forEach(work -> work.cancel(true));
    timer.shutdownNow();
    follower.close();
    quietly(savings::write);
    virtual.shutdownNow();
  }
}

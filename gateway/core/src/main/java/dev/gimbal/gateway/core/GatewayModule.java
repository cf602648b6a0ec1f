package dev.gimbal.gateway.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.SharedProviders;
import dev.gimbal.gateway.core.routes.GatewayRoutes;
import dev.gimbal.gateway.core.routes.RunningCallRoutes;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.SecretKey;

/// The room's only door for wiring.
public final class GatewayModule {
  private static final String ROOM = "gateway";

  private GatewayModule() {}

  /// What the gateway stands on.
  ///
  /// @param applications asked at each call, so that rooms which need the gateway can offer them
  public record Surroundings(
      Vertx vertx,
      Database database,
      Ledger ledger,
      Audit audit,
      Supplier<Applications> applications,
      Authenticator authenticator,
      Clock clock,
      Ids ids) {}

  /// Who answers calls.
  ///
  /// @param factories by which declared providers are made, one a dialect
  /// @param inProcess providers of every tenant that need no declaration: `local`, `fake`
  /// @param secrets seals credentials that are kept in the database: an AES key of 256 bits
  public record Vendors(
      List<ProviderFactory> factories, List<Provider> inProcess, SecretKey secrets) {
    public Vendors {
      factories = List.copyOf(factories);
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
    ConfigurationFollower follower =
        new ConfigurationFollower(surroundings.database, providers, prices);
    CallModule calls = calls(config, surroundings, catalog, table);
    GatewayRoutes routes =
        new GatewayRoutes(
            new GatewayRoutes.Parts(
                surroundings.database,
                surroundings.audit,
                catalog,
                providers,
                table,
                prices,
                surroundings.applications,
                surroundings.clock));
    RunningCallRoutes running =
        new RunningCallRoutes(surroundings.database, surroundings.audit, calls.running());
    List<Route> all = Stream.of(routes.routes(), running.routes()).flatMap(List::stream).toList();
    return new WiredGateway(calls, catalog, follower, all);
  }

  private static CallModule calls(
      GatewayConfig config, Surroundings surroundings, ProviderCatalog catalog, PriceTable table) {
    return new CallModule(
        config,
        new CallModule.Parts(
            surroundings.vertx,
            catalog,
            table,
            surroundings.ledger,
            surroundings.applications,
            surroundings.authenticator,
            surroundings.clock,
            surroundings.ids));
  }
}

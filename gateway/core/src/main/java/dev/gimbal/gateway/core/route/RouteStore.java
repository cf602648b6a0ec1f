package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.routing.InvalidRouteException;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes that tenants declared. Thread-safe; blocks.
public final class RouteStore {
  /// Topic of the change log.
  public static final String TOPIC = "gateway.route";

  private static final Logger LOG = LoggerFactory.getLogger(RouteStore.class);

  private final Database database;
  private final ProviderCatalog catalog;
  private final Clock clock;

  RouteStore(Database database, ProviderCatalog catalog, Clock clock) {
    this.database = database;
    this.catalog = catalog;
    this.clock = clock;
  }

  /// A route as it is kept.
  ///
  /// @param version grows by one with each change
  public record Kept(
      String name, long version, RouteShape shape, Instant created, Instant changed) {}

  /// Says what is wrong with a route.
  ///
  /// @throws GatewayException [GatewayError#FIELD_INVALID] naming the field
  public static RouteDeclaration check(String name, RouteShape shape) {
    try {
      return shape.declaration(name);
    } catch (InvalidRouteException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, e.field(), String.valueOf(e.getMessage()));
    }
  }

  /// Declares a route; its name stands outside its shape from here on.
  ///
  /// @throws GatewayException [GatewayError#ROUTE_EXISTS]
  public Kept add(Transaction transaction, String name, RouteShape shape) {
    RouteShape nameless = nameless(shape);
    Instant now = now();
    int added =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO gateway.route (tenant_id, name, version, declaration, created, changed)
                VALUES (:tenant, :name, 1, CAST(:declaration AS jsonb), :now, :now)
                ON CONFLICT DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", name)
            .bind("declaration", Json.write(nameless))
            .bind("now", Timestamp.from(now))
            .execute();
    if (added == 0) {
      throw new GatewayException(GatewayError.ROUTE_EXISTS, "There is a route " + name + ".");
    }
    changed(transaction, name);
    return new Kept(name, 1, nameless, now, now);
  }

  /// Replaces a route that [#find] locked.
  public Kept replace(Transaction transaction, Kept before, RouteShape shape) {
    RouteShape nameless = nameless(shape);
    Instant now = now();
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE gateway.route
            SET version = version + 1, declaration = CAST(:declaration AS jsonb), changed = :now
            WHERE tenant_id = :tenant AND name = :name
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("name", before.name)
        .bind("declaration", Json.write(nameless))
        .bind("now", Timestamp.from(now))
        .execute();
    changed(transaction, before.name);
    return new Kept(before.name, before.version + 1, nameless, before.created, now);
  }

  /// As exact as the database keeps it.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static RouteShape nameless(RouteShape shape) {
    return new RouteShape(
        null,
        shape.targets(),
        shape.policy(),
        shape.sticky(),
        shape.escalation(),
        shape.retries(),
        shape.timeLimits());
  }

  /// Removes a route that [#find] locked; calls that are under way end as if nothing had happened.
  public void remove(Transaction transaction, String name) {
    transaction
        .handle()
        .createUpdate("DELETE FROM gateway.route WHERE tenant_id = :tenant AND name = :name")
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .execute();
    changed(transaction, name);
  }

  private void changed(Transaction transaction, String name) {
    transaction.changed(TOPIC, name);
    transaction.afterCommit(this::reload);
  }

  /// A route of the tenant, locked until the transaction ends.
  ///
  /// @throws GatewayException [GatewayError#ROUTE_UNKNOWN]
  public Kept find(Transaction transaction, String name) {
    Optional<Kept> found =
        transaction
            .handle()
            .createQuery(
                """
                SELECT name, version, declaration, created, changed FROM gateway.route
                WHERE tenant_id = :tenant AND name = :name FOR UPDATE
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", name)
            .map((row, context) -> kept(row))
            .findOne();
    return found.orElseThrow(
        () -> new GatewayException(GatewayError.ROUTE_UNKNOWN, "There is no route " + name + "."));
  }

  /// A tenant's routes, by name.
  public List<Kept> list(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT name, version, declaration, created, changed FROM gateway.route
            WHERE tenant_id = :tenant ORDER BY name
            """)
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> kept(row))
        .list();
  }

  private static Kept kept(ResultSet row) throws SQLException {
    return new Kept(
        row.getString("name"),
        row.getLong("version"),
        Json.read(row.getString("declaration"), RouteShape.class),
        row.getTimestamp("created").toInstant(),
        row.getTimestamp("changed").toInstant());
  }

  /// Reads every tenant's routes and swaps them in.
  public synchronized void reload() {
    Map<TenantId, Map<String, RouteDeclaration>> all = new HashMap<>();
    database.asOwner(
        handle ->
            handle
                .createQuery("SELECT tenant_id, name, declaration FROM gateway.route")
                .map((row, context) -> read(all, row))
                .list());
    catalog.swapRoutes(all);
  }

  /// One route that cannot be read must not keep the others from serving.
  private static boolean read(Map<TenantId, Map<String, RouteDeclaration>> all, ResultSet row)
      throws SQLException {
    TenantId tenant = new TenantId(row.getObject("tenant_id", UUID.class));
    String name = row.getString("name");
    try {
      RouteShape shape = Json.read(row.getString("declaration"), RouteShape.class);
      all.computeIfAbsent(tenant, t -> new HashMap<>()).put(name, shape.declaration(name));
      return true;
    } catch (IllegalArgumentException e) {
      LOG.error("route {} of {} cannot be used", name, tenant, e);
      return false;
    }
  }
}

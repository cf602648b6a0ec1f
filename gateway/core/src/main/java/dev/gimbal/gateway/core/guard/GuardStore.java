package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The guards that tenants declared. What calls meet is swapped whole. Thread-safe; all but
/// [#guards] blocks.
final class GuardStore {
  /// Topic of the change log.
  static final String TOPIC = "gateway.guard";

  private static final Logger LOG = LoggerFactory.getLogger(GuardStore.class);
  private static final TenantGuards NOTHING = new TenantGuards(List.of());

  private final Database database;
  private final Clock clock;
  private volatile Map<TenantId, TenantGuards> tenants = Map.of();

  GuardStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// A guard as it is stored.
  record Stored(GuardBody guard, long version, Instant created, Instant updated) {}

  /// The guards that a tenant's calls meet now.
  TenantGuards guards(TenantId tenant) {
    return tenants.getOrDefault(tenant, NOTHING);
  }

  /// @throws GatewayException [GatewayError#GUARD_EXISTS]
  Stored add(Transaction transaction, GuardBody guard) {
    Instant now = clock.instant();
    lock(transaction);
    if (list(transaction).size() >= TenantGuards.MOST) {
      throw HttpException.invalid("name", "a tenant has at most " + TenantGuards.MOST + " guards");
    }
    int added =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO gateway.guard (tenant_id, name, declaration, version, created, updated)
                VALUES (:tenant, :name, CAST(:declaration AS jsonb), 1, :now, :now)
                ON CONFLICT DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", guard.name())
            .bind("declaration", Json.write(guard))
            .bind("now", Timestamp.from(now))
            .execute();
    if (added == 0) {
      throw new GatewayException(
          GatewayError.GUARD_EXISTS, "There is a guard " + guard.name() + ".");
    }
    changed(transaction, guard.name());
    return new Stored(guard, 1, now, now);
  }

  /// Two additions at once count each other.
  private static void lock(Transaction transaction) {
    transaction
        .handle()
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:lock, 0))")
        .bind("lock", TOPIC + transaction.tenant().value())
        .mapTo(Integer.class)
        .one();
  }

  /// Replaces a guard whose version the transaction has just read and locked.
  Stored replace(Transaction transaction, Stored before, GuardBody guard) {
    Instant now = clock.instant();
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE gateway.guard SET declaration = CAST(:declaration AS jsonb),
              version = :version, updated = :now
            WHERE tenant_id = :tenant AND name = :name
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("name", guard.name())
        .bind("declaration", Json.write(guard))
        .bind("version", before.version() + 1)
        .bind("now", Timestamp.from(now))
        .execute();
    changed(transaction, guard.name());
    return new Stored(guard, before.version() + 1, before.created(), now);
  }

  /// @throws GatewayException [GatewayError#GUARD_UNKNOWN]
  void remove(Transaction transaction, String name) {
    int removed =
        transaction
            .handle()
            .createUpdate("DELETE FROM gateway.guard WHERE tenant_id = :tenant AND name = :name")
            .bind("tenant", transaction.tenant().value())
            .bind("name", name)
            .execute();
    if (removed == 0) {
      throw unknown(name);
    }
    changed(transaction, name);
  }

  private void changed(Transaction transaction, String name) {
    transaction.changed(TOPIC, name);
    transaction.afterCommit(this::reload);
  }

  /// A guard, its row locked until the transaction ends.
  ///
  /// @throws GatewayException [GatewayError#GUARD_UNKNOWN]
  Stored find(Transaction transaction, String name) {
    Optional<Stored> found =
        transaction
            .handle()
            .createQuery(
                """
                SELECT declaration::text AS declaration, version, created, updated
                FROM gateway.guard WHERE tenant_id = :tenant AND name = :name FOR UPDATE
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", name)
            .map((row, context) -> stored(row))
            .findOne();
    return found.orElseThrow(() -> unknown(name));
  }

  private static GatewayException unknown(String name) {
    return new GatewayException(GatewayError.GUARD_UNKNOWN, "There is no guard " + name + ".");
  }

  /// A tenant's guards, by name.
  List<Stored> list(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT declaration::text AS declaration, version, created, updated
            FROM gateway.guard WHERE tenant_id = :tenant ORDER BY name
            """)
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> stored(row))
        .list();
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        Json.read(row.getString("declaration"), GuardBody.class),
        row.getLong("version"),
        row.getTimestamp("created").toInstant(),
        row.getTimestamp("updated").toInstant());
  }

  /// Reads every tenant's guards and swaps them in.
  synchronized void reload() {
    Map<TenantId, List<TenantGuards.One>> read = new HashMap<>();
    database.asOwner(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT tenant_id, declaration::text AS declaration FROM gateway.guard
                    ORDER BY tenant_id, name
                    """)
                .map((row, context) -> add(read, row))
                .list());
    Map<TenantId, TenantGuards> made = new HashMap<>();
    read.forEach((tenant, guards) -> made.put(tenant, new TenantGuards(guards)));
    tenants = Map.copyOf(made);
  }

  /// A guard that this version cannot read must not be left out without a word, nor keep the others
  /// from guarding.
  private static boolean add(Map<TenantId, List<TenantGuards.One>> read, ResultSet row)
      throws SQLException {
    TenantId tenant = new TenantId(row.getObject("tenant_id", UUID.class));
    try {
      GuardBody guard = Json.read(row.getString("declaration"), GuardBody.class);
      return read.computeIfAbsent(tenant, t -> new ArrayList<>())
          .add(new TenantGuards.One(guard, guard.declaration()));
    } catch (RuntimeException e) {
      LOG.error("a guard of {} cannot be used", tenant, e);
      return false;
    }
  }
}

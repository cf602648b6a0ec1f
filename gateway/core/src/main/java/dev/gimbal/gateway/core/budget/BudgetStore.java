package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LeaseRules.Row;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.LimitSet;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/// The budgets and limits that tenants declared. Thread-safe; blocks.
public final class BudgetStore {
  /// Topic of the change log.
  static final String TOPIC = "gateway.limit";

  private final Database database;
  private final LimitCatalog catalog;
  private final Clock clock;

  BudgetStore(Database database, LimitCatalog catalog, Clock clock) {
    this.database = database;
    this.catalog = catalog;
    this.clock = clock;
  }

  /// Kinds of things that limits are declared by.
  public enum Resource {
    BUDGET,
    LIMIT;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A limit as it is kept.
  ///
  /// @param alertAt shares of the amount at which an alert is raised
  public record Kept(Limit limit, List<Double> alertAt, long version, Instant created) {
    public Kept {
      alertAt = List.copyOf(alertAt);
    }
  }

  /// What of a limit is used in its present window, all nodes together.
  ///
  /// @param window start of the present window in milliseconds since 1970; 0: it has none
  public record Used(long window, long spent, long reserved) {}

  /// An alert that was raised.
  public record Raised(long window, double share, long spent, Instant at) {}

  /// Declares a limit, in use once the transaction commits.
  ///
  /// @return false: there is one of this resource, name and unit
  public boolean add(Transaction transaction, Resource resource, Kept kept) {
    Limit limit = kept.limit();
    int added =
        insert(
                transaction,
                """
                INSERT INTO gateway.spending_limit (tenant_id, id, resource, name, scope_kind,
                  scope_name, unit, amount, period, period_seconds, hard, alert_at, version, created)
                VALUES (:tenant, :id, :resource, :name, :scope, :of, :unit, :amount, :period,
                  :seconds, :hard, CAST(:alerts AS double precision[]), :version, :created)
                ON CONFLICT DO NOTHING
                """,
                resource.text(),
                limit)
            .bind("alerts", array(kept.alertAt()))
            .bind("version", kept.version())
            .bind("created", Timestamp.from(kept.created()))
            .execute();
    changed(transaction, limit);
    return added == 1;
  }

  /// The limit that a key carries; its amount follows the key.
  static void declareImplied(Transaction transaction, Limit limit) {
    insert(
            transaction,
            """
            INSERT INTO gateway.spending_limit (tenant_id, id, resource, name, scope_kind,
              scope_name, unit, amount, period, period_seconds, hard, created)
            VALUES (:tenant, :id, :resource, :name, :scope, :of, :unit, :amount, :period,
              :seconds, :hard, now())
            ON CONFLICT (tenant_id, id) DO UPDATE SET amount = :amount
            """,
            "key",
            limit)
        .execute();
  }

  private static Update insert(
      Transaction transaction, String statement, String resource, Limit limit) {
    return transaction
        .handle()
        .createUpdate(statement)
        .bind("tenant", transaction.tenant().value())
        .bind("id", limit.id())
        .bind("resource", resource)
        .bind("name", limit.name())
        .bind("scope", limit.scope().kind().name().toLowerCase(Locale.ROOT))
        .bind("of", limit.scope().name())
        .bind("unit", limit.unit().name().toLowerCase(Locale.ROOT))
        .bind("amount", limit.amount())
        .bind("period", LimitRow.period(limit.window()))
        .bind("seconds", LimitRow.seconds(limit.window()))
        .bind("hard", limit.hard());
  }

  private static String array(List<Double> numbers) {
    return numbers.toString().replace('[', '{').replace(']', '}');
  }

  /// Changes amount, kind and alerts of a limit; what was used of it stays.
  ///
  /// @param kept with its new version
  public void change(Transaction transaction, Kept kept) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE gateway.spending_limit
            SET amount = :amount, hard = :hard, version = :version,
              alert_at = CAST(:alerts AS double precision[])
            WHERE tenant_id = :tenant AND id = :id
            """)
        .bind("amount", kept.limit().amount())
        .bind("hard", kept.limit().hard())
        .bind("version", kept.version())
        .bind("alerts", array(kept.alertAt()))
        .bind("tenant", transaction.tenant().value())
        .bind("id", kept.limit().id())
        .execute();
    changed(transaction, kept.limit());
  }

  /// Removes a limit with what was counted of it.
  public void remove(Transaction transaction, Limit limit) {
    transaction
        .handle()
        .createUpdate("DELETE FROM gateway.spending_limit WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", limit.id())
        .execute();
    changed(transaction, limit);
  }

  private void changed(Transaction transaction, Limit limit) {
    transaction.changed(TOPIC, limit.id().toString());
    transaction.afterCommit(this::reload);
  }

  /// All of a resource of the tenant, by name and unit.
  public List<Kept> list(Transaction transaction, Resource resource) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM gateway.spending_limit
            WHERE tenant_id = :tenant AND resource = :resource ORDER BY name, unit
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("resource", resource.text())
        .map((row, context) -> kept(row))
        .list();
  }

  /// Those of one name, locked until the transaction ends; empty if there is none.
  public List<Kept> find(Transaction transaction, Resource resource, String name) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM gateway.spending_limit
            WHERE tenant_id = :tenant AND resource = :resource AND name = :name
            ORDER BY id FOR UPDATE
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("resource", resource.text())
        .bind("name", name)
        .map((row, context) -> kept(row))
        .list();
  }

  private static Kept kept(ResultSet result) throws SQLException {
    LimitRow row = LimitRow.of(result);
    return new Kept(row.limit(), row.alertAt(), row.version(), row.created());
  }

  /// What is used of a limit now.
  public Used used(Transaction transaction, Limit limit) {
    long now = clock.millis();
    long window = limit.window().startAt(now);
    long spent = 0;
    long reserved = 0;
    UUID tenant = transaction.tenant().value();
    for (Row row : LeaseRows.read(transaction.handle(), tenant, limit.id())) {
      if (row.window() == window) {
        spent += row.spentAt(now);
        reserved += row.reservedAt(now);
      }
    }
    return new Used(window, spent, reserved);
  }

  /// The latest alerts of a limit, newest first.
  public List<Raised> alerts(Transaction transaction, Limit limit, int most) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT window_start, share, spent, raised FROM gateway.budget_alert
            WHERE tenant_id = :tenant AND limit_id = :limit ORDER BY raised DESC, share DESC
            LIMIT :most
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("limit", limit.id())
        .bind("most", most)
        .map(
            (row, context) ->
                new Raised(
                    row.getLong("window_start"),
                    row.getDouble("share"),
                    row.getLong("spent"),
                    row.getTimestamp("raised").toInstant()))
        .list();
  }

  /// Reads every tenant's limits and swaps them in. What was used is not touched.
  synchronized void reload() {
    Map<TenantId, List<Limit>> all = new HashMap<>();
    List<Limit> limits =
        database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT * FROM gateway.spending_limit WHERE resource <> 'key'")
                    .map((row, context) -> LimitRow.of(row).limit())
                    .list());
    for (Limit limit : limits) {
      all.computeIfAbsent(limit.tenant(), tenant -> new ArrayList<>()).add(limit);
    }
    Map<TenantId, LimitSet> sets = new HashMap<>();
    all.forEach((tenant, own) -> sets.put(tenant, new LimitSet(own)));
    catalog.swap(sets);
  }
}

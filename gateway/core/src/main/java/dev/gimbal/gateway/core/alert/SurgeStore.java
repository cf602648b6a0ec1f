package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.alert.SpendRollup.Cell;
import dev.gimbal.gateway.core.alert.SpendRollup.Series;
import dev.gimbal.gateway.core.surge.SurgeRule;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Spend by the hour and who watches it, in the database. Thread-safe; blocks.
final class SurgeStore {
  static final String TOPIC = "gateway.surge";

  /// Adds what a node spent. In the order of the keys, so that two nodes do not wait for each
  /// other in a circle.
  void add(Handle handle, Map<Cell, Long> spent) {
    List<Map.Entry<Cell, Long>> ordered =
        spent.entrySet().stream()
            .sorted(
                java.util.Comparator.comparing(
                    entry -> {
                      Series series = entry.getKey().series();
                      return series.tenant().value()
                          + series.series()
                          + series.name()
                          + entry.getKey().hour();
                    }))
            .toList();
    var batch =
        handle.prepareBatch(
            """
            INSERT INTO gateway.spend_hour AS s (tenant_id, series, name, hour, nano_usd)
            VALUES (:tenant, :series, :name, :hour, :nano)
            ON CONFLICT (tenant_id, series, name, hour)
            DO UPDATE SET nano_usd = s.nano_usd + EXCLUDED.nano_usd
            """);
    for (Map.Entry<Cell, Long> each : ordered) {
      batch
          .bind("tenant", each.getKey().series().tenant().value())
          .bind("series", each.getKey().series().series())
          .bind("name", each.getKey().series().name())
          .bind("hour", Timestamp.from(each.getKey().hour()))
          .bind("nano", each.getValue())
          .add();
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /// Whether this transaction is the one that judges now; only one in the cluster is.
  boolean judges(Handle handle) {
    return handle
        .createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('gateway.surge', 0))")
        .mapTo(Boolean.class)
        .one();
  }

  /// What was spent in an hour, by series, of every tenant.
  Map<Series, Long> hour(Handle handle, Instant hour) {
    Map<Series, Long> spent = new HashMap<>();
    handle
        .createQuery(
            "SELECT tenant_id, series, name, nano_usd FROM gateway.spend_hour WHERE hour = :hour")
        .bind("hour", Timestamp.from(hour))
        .map(
            (row, context) ->
                spent.put(
                        new Series(tenant(row), row.getString("series"), row.getString("name")),
                        row.getLong("nano_usd"))
                    == null)
        .list();
    return spent;
  }

  /// @param nano spent in it
  record Hour(Instant hour, long nano) {}

  /// The hours of a series, oldest first.
  List<Hour> hours(Handle handle, Series series) {
    return handle
        .createQuery(
            """
            SELECT hour, nano_usd FROM gateway.spend_hour
            WHERE tenant_id = :tenant AND series = :series AND name = :name ORDER BY hour
            """)
        .bind("tenant", series.tenant().value())
        .bind("series", series.series())
        .bind("name", series.name())
        .map(
            (row, context) ->
                new Hour(row.getTimestamp("hour").toInstant(), row.getLong("nano_usd")))
        .list();
  }

  int forget(Handle handle, Instant before) {
    return handle
        .createUpdate("DELETE FROM gateway.spend_hour WHERE hour < :before")
        .bind("before", Timestamp.from(before))
        .execute();
  }

  private static final String SETTING =
      """
      SELECT tenant_id, enabled, score, least_nano_usd, keys, routes, version
      FROM gateway.surge_setting
      """;

  /// A tenant's own setting, locked until the transaction ends.
  Optional<SurgeSetting> lock(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(SETTING + " WHERE tenant_id = :tenant FOR UPDATE")
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> setting(row))
        .findOne();
  }

  Map<TenantId, SurgeSetting> settings(Handle handle) {
    Map<TenantId, SurgeSetting> settings = new HashMap<>();
    handle
        .createQuery(SETTING)
        .map((row, context) -> settings.put(tenant(row), setting(row)) == null)
        .list();
    return settings;
  }

  void put(Transaction transaction, SurgeSetting setting) {
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO gateway.surge_setting
              (tenant_id, enabled, score, least_nano_usd, keys, routes, version)
            VALUES (:tenant, :enabled, :score, :least, :keys, :routes, :version)
            ON CONFLICT (tenant_id) DO UPDATE
            SET enabled = :enabled, score = :score, least_nano_usd = :least, keys = :keys,
              routes = :routes, version = :version
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("enabled", setting.enabled())
        .bind("score", setting.rule().score())
        .bind("least", setting.rule().leastNano())
        .bind("keys", setting.keys())
        .bind("routes", setting.routes())
        .bind("version", setting.version())
        .execute();
    transaction.changed(TOPIC, "setting");
  }

  private static TenantId tenant(ResultSet row) throws SQLException {
    return new TenantId(row.getObject("tenant_id", UUID.class));
  }

  private static SurgeSetting setting(ResultSet row) throws SQLException {
    return new SurgeSetting(
        row.getBoolean("enabled"),
        new SurgeRule(row.getDouble("score"), row.getLong("least_nano_usd")),
        row.getBoolean("keys"),
        row.getBoolean("routes"),
        row.getLong("version"));
  }
}

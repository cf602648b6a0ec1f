package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.CachePolicy;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/// Policies and marks in the database. Thread-safe; blocks.
final class CacheStore {
  /// Topics of the change log: a policy changed; marks came in; answers are to be forgotten, the id
  /// says which.
  static final String POLICY = "gateway.cache-policy";

  static final String MARK = "gateway.cache-mark";
  static final String PURGE = "gateway.cache-purge";

  /// A threshold is learnt from so many marks, the latest ones.
  private static final int LEARNT_FROM = 1_000;

  private static final String COLUMNS =
      """
      SELECT tenant_id, route, exact, semantic, ttl_seconds, most_bytes, most_temperature, several,
        tool_calls, prompt_marks, prompt_most_tokens, version
      FROM gateway.cache_policy
      """;

  private final Database database;

  CacheStore(Database database) {
    this.database = database;
  }

  /// A mark.
  record Mark(UUID id, String route, String call, double similarity, boolean wrong, Instant at) {}

  /// A tenant's policies, by route.
  List<RoutePolicy> list(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(COLUMNS + " WHERE tenant_id = :tenant ORDER BY route")
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> policy(row))
        .list();
  }

  /// One policy, locked until the transaction ends.
  Optional<RoutePolicy> lock(Transaction transaction, String route) {
    return transaction
        .handle()
        .createQuery(COLUMNS + " WHERE tenant_id = :tenant AND route = :route FOR UPDATE")
        .bind("tenant", transaction.tenant().value())
        .bind("route", route)
        .map((row, context) -> policy(row))
        .findOne();
  }

  /// Declares a policy, in place of the one that the route has.
  void put(Transaction transaction, RoutePolicy policy) {
    CachePolicy cache = policy.cache();
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO gateway.cache_policy (tenant_id, route, exact, semantic, ttl_seconds,
              most_bytes, most_temperature, several, tool_calls, prompt_marks, prompt_most_tokens,
              version)
            VALUES (:tenant, :route, :exact, :semantic, :ttl, :bytes, :temperature, :several, :tools,
              :marks, :tokens, :version)
            ON CONFLICT (tenant_id, route) DO UPDATE
            SET exact = :exact, semantic = :semantic, ttl_seconds = :ttl, most_bytes = :bytes,
              most_temperature = :temperature, several = :several, tool_calls = :tools,
              prompt_marks = :marks, prompt_most_tokens = :tokens, version = :version
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("route", policy.route())
        .bind("exact", cache.exact())
        .bind("semantic", cache.semantic())
        .bind("ttl", cache.ttl().toSeconds())
        .bind("bytes", cache.mostBytes())
        .bind("temperature", cache.mostTemperature())
        .bind("several", cache.several())
        .bind("tools", cache.toolCalls())
        .bind("marks", policy.prompt().marks())
        .bind("tokens", policy.prompt().mostTokens())
        .bind("version", policy.version())
        .execute();
    transaction.changed(POLICY, policy.route());
  }

  /// Puts a mark on record.
  ///
  /// @return false if the call was marked before: then that one counts
  boolean mark(Transaction transaction, Mark mark) {
    int added =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO gateway.cache_mark
                  (tenant_id, id, route, call_id, similarity, wrong, marked)
                VALUES (:tenant, :id, :route, :call, :similarity, :wrong, :marked)
                ON CONFLICT (tenant_id, call_id) DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("id", mark.id())
            .bind("route", mark.route())
            .bind("call", mark.call())
            .bind("similarity", mark.similarity())
            .bind("wrong", mark.wrong())
            .bind("marked", Timestamp.from(mark.at()))
            .execute();
    if (added > 0) {
      transaction.changed(MARK, mark.route());
    }
    return added > 0;
  }

  /// The latest marks of a route, oldest first; true is wrong.
  List<Boolean> marks(TenantId tenant, String route) {
    return database.inTransaction(
        tenant,
        transaction -> {
          Query latest =
              transaction
                  .handle()
                  .createQuery(
                      """
                      SELECT wrong FROM gateway.cache_mark
                      WHERE tenant_id = :tenant AND route = :route
                      ORDER BY id DESC LIMIT :most
                      """);
          return latest
              .bind("tenant", tenant.value())
              .bind("route", route)
              .bind("most", LEARNT_FROM)
              .mapTo(Boolean.class)
              .list()
              .reversed();
        });
  }

  /// Which routes of which tenants have marks.
  List<Marked> marked() {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT DISTINCT tenant_id, route FROM gateway.cache_mark")
                .map((row, context) -> new Marked(tenant(row), row.getString("route")))
                .list());
  }

  record Marked(TenantId tenant, String route) {}

  /// Every tenant's policies.
  Map<TenantId, Map<String, RoutePolicy>> all() {
    Map<TenantId, Map<String, RoutePolicy>> all = new HashMap<>();
    database.asOwner(
        handle ->
            handle
                .createQuery(COLUMNS)
                .map(
                    (row, context) -> {
                      RoutePolicy policy = policy(row);
                      return all.computeIfAbsent(tenant(row), t -> new HashMap<>())
                              .put(policy.route(), policy)
                          == null;
                    })
                .list());
    return all;
  }

  private static TenantId tenant(ResultSet row) throws SQLException {
    return new TenantId(row.getObject("tenant_id", UUID.class));
  }

  private static RoutePolicy policy(ResultSet row) throws SQLException {
    CachePolicy cache =
        new CachePolicy(
            row.getBoolean("exact"),
            row.getBoolean("semantic"),
            Duration.ofSeconds(row.getLong("ttl_seconds")),
            row.getLong("most_bytes"),
            row.getObject("most_temperature", Double.class),
            row.getBoolean("several"),
            row.getBoolean("tool_calls"));
    PromptPolicy prompt =
        new PromptPolicy(
            row.getBoolean("prompt_marks"), row.getObject("prompt_most_tokens", Long.class));
    return new RoutePolicy(row.getString("route"), cache, prompt, row.getLong("version"));
  }
}

package dev.gimbal.gateway.core.price;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models that were called although nobody knows their price: kept so that somebody sees them.
/// A model is written when it is first called, and again an hour later. Thread-safe.
final class Unpriced {
  private static final Logger LOG = LoggerFactory.getLogger(Unpriced.class);
  private static final long AGAIN_MILLIS = 3_600_000;
  private static final int MOST = 10_000;
  private static final int MOST_OF_ONE = 1_000;
  private static final int LONGEST = 200;

  private final Database database;
  private final Map<Called, Long> told = new ConcurrentHashMap<>();

  private record Called(TenantId tenant, String model) {}

  Unpriced(Database database) {
    this.database = database;
  }

  /// At once; it is written on another thread.
  void called(TenantId tenant, String model, Instant at) {
    Called called = new Called(tenant, model);
    Long before = told.get(called);
    long now = at.toEpochMilli();
    boolean full = before == null && told.size() >= MOST;
    boolean lately = before != null && now - before < AGAIN_MILLIS;
    if (full || lately || model.length() > LONGEST) {
      return;
    }
    told.put(called, now);
    Thread.ofVirtual().name("unpriced").start(() -> write(tenant, model, Timestamp.from(at)));
  }

  private void write(TenantId tenant, String model, Timestamp at) {
    try {
      database.inTransaction(
          tenant,
          transaction ->
              transaction
                  .handle()
                  .createUpdate(
                      """
                      INSERT INTO gateway.unpriced_model (tenant_id, model, first_called, last_called)
                      SELECT :tenant, :model, :at, :at
                      WHERE (SELECT count(*) FROM gateway.unpriced_model
                        WHERE tenant_id = :tenant) < :most
                      ON CONFLICT (tenant_id, model) DO UPDATE SET last_called = :at
                      """)
                  .bind("tenant", tenant.value())
                  .bind("model", model)
                  .bind("at", at)
                  .bind("most", MOST_OF_ONE)
                  .execute());
    } catch (RuntimeException e) {
      LOG.warn("the model {} has no price, which could not be written", model, e);
    }
  }

  /// Those of a tenant, whether or not they got a price since. Blocks.
  List<UnpricedModel> list(TenantId tenant) {
    return database.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT model, first_called, last_called FROM gateway.unpriced_model
                    WHERE tenant_id = :tenant ORDER BY model
                    """)
                .bind("tenant", tenant.value())
                .map(
                    (row, context) ->
                        new UnpricedModel(
                            row.getString(1),
                            row.getTimestamp(2).toInstant(),
                            row.getTimestamp(3).toInstant()))
                .list());
  }
}

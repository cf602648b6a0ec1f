package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LeaseRules.Row;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The leases of one limit in `gateway.lease`.
final class LeaseRows {
  private LeaseRows() {}

  static List<Row> read(Handle handle, UUID tenant, UUID limit) {
    return handle
        .createQuery(
            """
            SELECT node, window_start, epoch, sequence, held, spent, reserved, expires
            FROM gateway.lease WHERE tenant_id = :tenant AND limit_id = :limit
            """)
        .bind("tenant", tenant)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Row(
                    row.getObject("node", UUID.class),
                    row.getLong("window_start"),
                    row.getLong("epoch"),
                    row.getLong("sequence"),
                    row.getLong("held"),
                    row.getLong("spent"),
                    row.getLong("reserved"),
                    row.getLong("expires")))
        .list();
  }

  static void write(Handle handle, UUID tenant, UUID limit, Row row) {
    handle
        .createUpdate(
            """
            INSERT INTO gateway.lease (tenant_id, limit_id, window_start, node, epoch, sequence,
              held, spent, reserved, expires)
            VALUES (:tenant, :limit, :window, :node, :epoch, :sequence, :held, :spent, :reserved,
              :expires)
            ON CONFLICT (tenant_id, limit_id, window_start, node) DO UPDATE
            SET epoch = :epoch, sequence = :sequence, held = :held, spent = :spent,
              reserved = :reserved, expires = :expires
            """)
        .bind("tenant", tenant)
        .bind("limit", limit)
        .bind("window", row.window())
        .bind("node", row.node())
        .bind("epoch", row.epoch())
        .bind("sequence", row.sequence())
        .bind("held", row.held())
        .bind("spent", row.spent())
        .bind("reserved", row.reserved())
        .bind("expires", row.expires())
        .execute();
  }

  static void remove(Handle handle, UUID tenant, UUID limit, Row row) {
    handle
        .createUpdate(
            """
            DELETE FROM gateway.lease
            WHERE tenant_id = :tenant AND limit_id = :limit AND window_start = :window
              AND node = :node
            """)
        .bind("tenant", tenant)
        .bind("limit", limit)
        .bind("window", row.window())
        .bind("node", row.node())
        .execute();
  }
}

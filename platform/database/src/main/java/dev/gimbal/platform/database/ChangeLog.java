package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Reads and trims `gimbal.change`.
///
/// Why nothing is lost. Transactions get their xid in one order and commit in another, and a
/// sequence has the same gap. But every transaction below `pg_snapshot_xmin` has ended, so what a
/// reader sees below it is all that will ever be there: a cursor may pass it. An entry of a
/// transaction that is still running, or is above one that is, waits for a later read.
final class ChangeLog {
  /// Of the notification that wakes readers.
  static final String CHANNEL = "gimbal_change";

  private ChangeLog() {}

  static ChangeBatch after(Handle handle, ChangeCursor cursor, int limit) {
    List<Entry> entries =
        handle
            .createQuery(
                """
                SELECT xid::text::bigint AS xid, seq, tenant_id, topic, id
                FROM gimbal.change
                WHERE (xid, seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)
                  AND xid < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY change.xid, seq
                LIMIT :limit
                """)
            .bind("xid", cursor.transaction())
            .bind("seq", cursor.sequence())
            .bind("limit", limit)
            .map(
                (row, context) ->
                    new Entry(
                        new ChangeCursor(row.getLong("xid"), row.getLong("seq")),
                        new ChangeBatch.Change(
                            new TenantId(row.getObject("tenant_id", UUID.class)),
                            row.getString("topic"),
                            row.getString("id"))))
            .list();
    ChangeCursor next = entries.isEmpty() ? cursor : entries.getLast().at();
    return new ChangeBatch(
        entries.stream().map(Entry::change).toList(), next, missed(handle, cursor));
  }

  /// Whether entries after the cursor were trimmed, or the cursor is of another database.
  private static boolean missed(Handle handle, ChangeCursor cursor) {
    return handle
        .createQuery(
            """
            SELECT (CAST(CAST(:xid AS text) AS xid8), :seq) < (floor.xid, floor.seq)
              OR CAST(CAST(:xid AS text) AS xid8) > pg_snapshot_xmax(pg_current_snapshot())
            FROM gimbal.change_floor AS floor
            """)
        .bind("xid", cursor.transaction())
        .bind("seq", cursor.sequence())
        .mapTo(Boolean.class)
        .one();
  }

  static ChangeCursor end(Handle handle) {
    long next =
        handle
            .createQuery("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            .mapTo(Long.class)
            .one();
    return new ChangeCursor(next - 1, Long.MAX_VALUE);
  }

  /// Forgets entries that were logged before `before`, with all that stand before them. What one
  /// that still runs may precede stays.
  ///
  /// @return how many went
  static int trim(Handle handle, Instant before) {
    handle
        .createUpdate(
            """
            UPDATE gimbal.change_floor AS floor SET xid = last.xid, seq = last.seq
            FROM (
              SELECT xid, seq FROM gimbal.change
              WHERE logged < :before AND xid < pg_snapshot_xmin(pg_current_snapshot())
              ORDER BY change.xid DESC, seq DESC LIMIT 1) AS last
            """)
        .bind("before", before)
        .execute();
    return handle
        .createUpdate(
            """
            DELETE FROM gimbal.change USING gimbal.change_floor AS floor
            WHERE (change.xid, change.seq) <= (floor.xid, floor.seq)
            """)
        .execute();
  }

  private record Entry(ChangeCursor at, ChangeBatch.Change change) {}
}

package dev.gimbal.gateway.core.alert;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Alerts on their way, in the database. Times are the database's, so that nodes agree.
/// Thread-safe; blocks.
final class Outbox {
  private final Database database;

  Outbox(Database database) {
    this.database = database;
  }

  /// One that was taken.
  ///
  /// @param attempt its number, from 1; the outcome of an older one is not written
  record Taken(TenantId tenant, UUID alert, String channel, int attempt) {}

  /// Takes what is due, longest due first; nobody else takes it for the given time. What is put off
  /// for longer than anything is was so by a clock that was ahead: it is due too.
  ///
  /// @param farthest the longest that one is put off
  List<Taken> take(int most, Duration kept, Duration farthest) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    """
                    UPDATE gateway.alert_delivery d
                    SET attempts = d.attempts + 1,
                      due = now() + CAST(:kept AS bigint) * interval '1 millisecond'
                    FROM (
                      SELECT tenant_id, alert_id, channel FROM gateway.alert_delivery
                      WHERE state = 'waiting' AND (due <= now()
                        OR due > now() + CAST(:farthest AS bigint) * interval '1 millisecond')
                      ORDER BY due LIMIT :most FOR UPDATE SKIP LOCKED) t
                    WHERE d.tenant_id = t.tenant_id AND d.alert_id = t.alert_id
                      AND d.channel = t.channel
                    RETURNING d.tenant_id, d.alert_id, d.channel, d.attempts
                    """)
                .bind("kept", kept.toMillis())
                .bind("farthest", farthest.toMillis())
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Taken(
                            new TenantId(row.getObject("tenant_id", UUID.class)),
                            row.getObject("alert_id", UUID.class),
                            row.getString("channel"),
                            row.getInt("attempts")))
                .list());
  }

  /// It arrived.
  void sent(Taken taken) {
    end(taken, "sent", null, Duration.ZERO);
  }

  /// It is given up.
  void failed(Taken taken, String why) {
    end(taken, "failed", why, Duration.ZERO);
  }

  /// It is tried again after a pause.
  void again(Taken taken, String why, Duration pause) {
    end(taken, "waiting", why, pause);
  }

  private void end(Taken taken, String state, @Nullable String error, Duration pause) {
    database.asOwner(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE gateway.alert_delivery
                    SET state = :state, error = :error,
                      due = now() + CAST(:pause AS bigint) * interval '1 millisecond',
                      ended = CASE WHEN :state = 'waiting' THEN NULL ELSE now() END
                    WHERE tenant_id = :tenant AND alert_id = :alert AND channel = :channel
                      AND state = 'waiting' AND attempts = :attempt
                    """)
                .bind("state", state)
                .bind("error", error)
                .bind("pause", pause.toMillis())
                .bind("tenant", taken.tenant().value())
                .bind("alert", taken.alert())
                .bind("channel", taken.channel())
                .bind("attempt", taken.attempt())
                .execute());
  }

  /// How many wait, of all tenants.
  long waiting() {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT count(*) FROM gateway.alert_delivery WHERE state = 'waiting'")
                .mapTo(Long.class)
                .one());
  }
}

package dev.gimbal.gateway.core.alert;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Alerts in the database. Thread-safe; blocks.
final class AlertStore {
  /// More than this many on their way wait for nobody any more.
  private static final int MOST_WAITING = 1_000;

  private static final int LONGEST = 300;
  private static final TypeReference<Map<String, Object>> DETAIL = new TypeReference<>() {};
  private static final String COLUMNS =
      """
      SELECT tenant_id, id, kind, subject, title, detail::text AS detail, raised, acknowledged,
        acknowledged_by
      FROM gateway.alert
      """;

  private final Ids ids;

  AlertStore(Ids ids) {
    this.ids = ids;
  }

  /// What is to be told.
  ///
  /// @param occasion the same for everybody who notices it: it is told once
  record News(
      Alert.Kind kind,
      String occasion,
      String subject,
      String title,
      Map<String, Object> detail,
      Instant at) {}

  /// Which alerts a list shows.
  ///
  /// @param kind null: all
  /// @param acknowledged null: both
  /// @param before only older ones; null: all
  record Filter(Alert.@Nullable Kind kind, @Nullable Boolean acknowledged, @Nullable UUID before) {}

  /// Keeps an alert and puts it on its way to each channel that wants its kind, in the same
  /// transaction. Nothing happens if somebody told the occasion before.
  ///
  /// @return whether it is new
  boolean raise(Handle handle, TenantId tenant, News news) {
    UUID id = ids.next();
    int added =
        handle
            .createUpdate(
                """
                INSERT INTO gateway.alert
                  (tenant_id, id, kind, occasion, subject, title, detail, raised)
                VALUES (:tenant, :id, :kind, :occasion, :subject, :title,
                  CAST(:detail AS jsonb), :raised)
                ON CONFLICT (tenant_id, kind, occasion) DO NOTHING
                """)
            .bind("tenant", tenant.value())
            .bind("id", id)
            .bind("kind", news.kind().id())
            .bind("occasion", news.occasion())
            .bind("subject", plain(news.subject()))
            .bind("title", plain(news.title()))
            .bind("detail", Json.write(news.detail()))
            .bind("raised", Timestamp.from(news.at()))
            .execute();
    if (added == 0) {
      return false;
    }
    handle
        .createUpdate(
            """
            INSERT INTO gateway.alert_delivery (tenant_id, alert_id, channel, state, due, error)
            SELECT c.tenant_id, :id, c.name,
              CASE WHEN w.waiting < :most THEN 'waiting' ELSE 'dropped' END, now(),
              CASE WHEN w.waiting < :most THEN NULL ELSE 'too many wait' END
            FROM gateway.alert_channel c, (
              SELECT count(*) AS waiting FROM gateway.alert_delivery
              WHERE tenant_id = :tenant AND state = 'waiting') w
            WHERE c.tenant_id = :tenant AND jsonb_exists(c.declaration -> 'alerts', :kind)
            """)
        .bind("tenant", tenant.value())
        .bind("id", id)
        .bind("kind", news.kind().id())
        .bind("most", MOST_WAITING)
        .execute();
    return true;
  }

  /// Names that callers chose stand in titles: they stay on one line and short.
  static String plain(String text) {
    String line =
        text.codePoints()
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return line.codePointCount(0, line.length()) <= LONGEST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "…";
  }

  /// The latest first.
  List<Alert> list(Transaction transaction, Filter filter, int limit) {
    return transaction
        .handle()
        .createQuery(
            COLUMNS
                + """
                WHERE tenant_id = :tenant
                  AND (CAST(:kind AS text) IS NULL OR kind = :kind)
                  AND (CAST(:acknowledged AS boolean) IS NULL
                    OR (acknowledged IS NOT NULL) = :acknowledged)
                  AND (CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid))
                ORDER BY id DESC LIMIT :limit
                """)
        .bind("tenant", transaction.tenant().value())
        .bind("kind", filter.kind() == null ? null : filter.kind().id())
        .bind("acknowledged", filter.acknowledged())
        .bind("before", filter.before())
        .bind("limit", limit)
        .map((row, context) -> alert(row))
        .list();
  }

  /// One alert; also as the owner.
  Optional<Alert> find(Handle handle, TenantId tenant, UUID id) {
    return handle
        .createQuery(COLUMNS + " WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", tenant.value())
        .bind("id", id)
        .map((row, context) -> alert(row))
        .findOne();
  }

  /// Somebody took note of it; the first who did stays.
  ///
  /// @throws GatewayException [GatewayError#ALERT_UNKNOWN]
  Alert acknowledge(Transaction transaction, UUID id, String by, Instant at) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE gateway.alert SET acknowledged = :at, acknowledged_by = :by
            WHERE tenant_id = :tenant AND id = :id AND acknowledged IS NULL
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .bind("at", Timestamp.from(at))
        .bind("by", by)
        .execute();
    return find(transaction.handle(), transaction.tenant(), id).orElseThrow(AlertStore::unknown);
  }

  static GatewayException unknown() {
    return new GatewayException(GatewayError.ALERT_UNKNOWN, "There is no such alert.");
  }

  /// How an alert went out, by channel.
  List<Sent> deliveries(Transaction transaction, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT channel, state, attempts, error, ended FROM gateway.alert_delivery
            WHERE tenant_id = :tenant AND alert_id = :id ORDER BY channel
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .map(
            (row, context) ->
                new Sent(
                    row.getString("channel"),
                    row.getString("state"),
                    row.getInt("attempts"),
                    row.getString("error"),
                    instant(row, "ended")))
        .list();
  }

  /// @param error why the last attempt failed; null if none did
  record Sent(
      String channel,
      String state,
      int attempts,
      @Nullable String error,
      @Nullable Instant ended) {}

  /// Forgets alerts of every tenant that were raised before an instant.
  int forget(Handle handle, Instant before) {
    return handle
        .createUpdate("DELETE FROM gateway.alert WHERE raised < :before")
        .bind("before", Timestamp.from(before))
        .execute();
  }

  private static Alert alert(ResultSet row) throws SQLException {
    return new Alert(
        new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getObject("id", UUID.class),
        Alert.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("subject"),
        row.getString("title"),
        detail(row.getString("detail")),
        row.getTimestamp("raised").toInstant(),
        instant(row, "acknowledged"),
        row.getString("acknowledged_by"));
  }

  private static Map<String, Object> detail(String json) {
    try {
      return Json.MAPPER.readValue(json, DETAIL);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("the database keeps JSON only", e);
    }
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }
}

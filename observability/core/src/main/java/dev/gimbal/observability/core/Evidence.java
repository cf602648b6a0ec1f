package dev.gimbal.observability.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Reads a tenant's evidence. Stateless.
final class Evidence {
  static final String SPAN_PREFIX = "span";

  private static final int MOST_IN_TRACE = 2_000;
  private static final Duration AROUND = Duration.ofDays(1);
  private static final TypeReference<Map<String, Object>> NOTED = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

  /// A row of a list and the id that its page goes on behind.
  record Row<T>(UUID id, T view) {}

  /// What the calls of a trace add to its summary.
  private record Spent(@Nullable Long nanoUsd, @Nullable String model) {}

  List<Row<CallView>> calls(Transaction transaction, Filters filters, Window window, int limit) {
    return filters
        .bind(
            query(
                transaction,
                """
                SELECT * FROM observability.call
                WHERE tenant_id = :tenant AND id >= :low AND id < :high%s
                ORDER BY id DESC LIMIT :limit
                """
                    .formatted(filters.sql())))
        .bind("low", window.low())
        .bind("high", window.high())
        .bind("limit", limit)
        .map((row, context) -> new Row<>(id(row, "id"), call(row)))
        .list();
  }

  Optional<CallView> call(Transaction transaction, UUID id) {
    return query(
            transaction, "SELECT * FROM observability.call WHERE tenant_id = :tenant AND id = :id")
        .bind("id", id)
        .map(
            (row, context) ->
                call(row).with(said(transaction, row), content(transaction, id, hashes(row))))
        .findOne();
  }

  List<Row<TraceView.Summary>> traces(Transaction transaction, Filters filters, int limit) {
    List<Row<TraceView.Summary>> rows =
        filters
            .bind(
                query(
                    transaction,
                    """
                    SELECT s.* FROM observability.step s
                    WHERE s.tenant_id = :tenant AND s.root%s ORDER BY s.id DESC LIMIT :limit
                    """
                        .formatted(filters.sql())))
            .bind("limit", limit)
            .map((row, context) -> new Row<>(id(row, "id"), summary(row)))
            .list();
    Map<String, Spent> spent = spent(transaction, rows);
    return rows.stream()
        .map(row -> new Row<>(row.id(), with(row.view(), spent.get(row.view().trace()))))
        .toList();
  }

  /// The spans of a trace by their start, whenever it was.
  List<TraceView.SpanView> spans(Transaction transaction, String trace) {
    return query(
            transaction,
            """
            SELECT * FROM observability.step WHERE tenant_id = :tenant AND trace_id = :trace
            ORDER BY start, id LIMIT :most
            """)
        .bind("trace", trace)
        .bind("most", MOST_IN_TRACE)
        .map((row, context) -> span(row))
        .list();
  }

  /// The calls of a trace within a window, by their start.
  List<CallView> callsOf(Transaction transaction, String trace, Window window) {
    return query(
            transaction,
            """
            SELECT * FROM observability.call
            WHERE tenant_id = :tenant AND trace_id = :trace AND id >= :low AND id < :high
            ORDER BY at, id LIMIT :most
            """)
        .bind("trace", trace)
        .bind("low", window.low())
        .bind("high", window.high())
        .bind("most", MOST_IN_TRACE)
        .map((row, context) -> call(row))
        .list();
  }

  /// What a call's span says of the cache and of attempts; empty where there is nothing to say.
  private static Map<String, Object> said(Transaction transaction, ResultSet row)
      throws SQLException {
    return query(
            transaction,
            """
            SELECT attributes FROM observability.step
            WHERE tenant_id = :tenant AND trace_id = :trace AND span_id = :span
              AND (attributes ->> 'gimbal.cache' IS NOT NULL
                OR attributes ->> 'gimbal.attempt.1.target' IS NOT NULL) LIMIT 1
            """)
        .bind("trace", row.getString("trace_id"))
        .bind("span", row.getString("span_id"))
        .map((step, context) -> noted(step))
        .findOne()
        .orElse(Map.of());
  }

  private CallView.@Nullable Content content(
      Transaction transaction, UUID id, CallView.@Nullable Content hashes) {
    Map<String, String> bodies = new HashMap<>();
    boolean[] cut = {false};
    query(
            transaction,
            """
            SELECT direction, body, complete FROM observability.content
            WHERE tenant_id = :tenant AND id = :id
            """)
        .bind("id", id)
        .map(
            (row, context) -> {
              cut[0] |= !row.getBoolean("complete");
              return bodies.put(
                  row.getString("direction"),
                  new String(row.getBytes("body"), StandardCharsets.UTF_8));
            })
        .list();
    return bodies.isEmpty()
        ? hashes
        : new CallView.Content(bodies.get("input"), bodies.get("output"), !cut[0]);
  }

  /// An application's call costs what the calls below it cost: it is left out, not counted twice.
  private static Map<String, Spent> spent(
      Transaction transaction, List<Row<TraceView.Summary>> rows) {
    Map<String, Spent> spent = new HashMap<>();
    if (rows.isEmpty()) {
      return spent;
    }
    Instant first = TimeOrderedIds.timeOf(rows.getLast().id()).minus(AROUND);
    Instant last = TimeOrderedIds.timeOf(rows.getFirst().id()).plus(AROUND);
    query(
            transaction,
            """
            SELECT trace_id, sum(cost_nano_usd) AS nano_usd,
              min(model) FILTER (WHERE kind <> 'embedding') AS model
            FROM observability.call
            WHERE tenant_id = :tenant AND trace_id = ANY(:traces) AND kind <> 'application'
              AND id >= :first AND id < :last
            GROUP BY trace_id
            """)
        .bind("traces", rows.stream().map(row -> row.view().trace()).toArray(String[]::new))
        .bind("first", TimeOrderedIds.floor(first))
        .bind("last", TimeOrderedIds.floor(last))
        .map(
            (row, context) -> {
              BigDecimal sum = row.getBigDecimal("nano_usd");
              return spent.put(
                  row.getString("trace_id"),
                  new Spent(sum == null ? null : sum.longValue(), row.getString("model")));
            })
        .list();
    return spent;
  }

  private static TraceView.Summary with(TraceView.Summary summary, @Nullable Spent spent) {
    if (spent == null) {
      return summary;
    }
    return new TraceView.Summary(
        summary.trace(),
        summary.name(),
        summary.start(),
        summary.tookMs(),
        summary.status(),
        summary.error(),
        summary.principal(),
        summary.model() == null ? spent.model() : summary.model(),
        summary.text(),
        usd(spent.nanoUsd()),
        summary.tags());
  }

  private static Query query(Transaction transaction, String sql) {
    return transaction.handle().createQuery(sql).bind("tenant", transaction.tenant().value());
  }

  private static CallView call(ResultSet row) throws SQLException {
    UUID parent = row.getObject("parent", UUID.class);
    return new CallView(
        Ledger.text(id(row, "id")),
        row.getString("trace_id"),
        row.getString("span_id"),
        parent == null ? null : Ledger.text(parent),
        row.getString("principal"),
        row.getString("kind"),
        row.getString("requested"),
        row.getString("model"),
        row.getBoolean("stream"),
        row.getInt("items"),
        row.getString("outcome"),
        (Integer) row.getObject("status"),
        row.getString("error"),
        number(row, "input_tokens"),
        number(row, "cached_tokens"),
        number(row, "output_tokens"),
        row.getBoolean("estimated"),
        usd(number(row, "reserved_nano_usd")),
        usd(number(row, "cost_nano_usd")),
        millis(row, "first_byte_us"),
        millis(row, "took_us"),
        tags(row),
        time(row, "at"),
        null,
        null,
        null);
  }

  private static CallView.@Nullable Content hashes(ResultSet row) throws SQLException {
    String input = hash(row.getBytes("input_hash"));
    String output = hash(row.getBytes("output_hash"));
    return input == null && output == null ? null : new CallView.Content(input, output, false);
  }

  private static @Nullable String hash(byte @Nullable [] kept) {
    return kept == null ? null : CallSettled.Hashes.SAID + HexFormat.of().formatHex(kept);
  }

  private static TraceView.Summary summary(ResultSet row) throws SQLException {
    String error = row.getString("error");
    return new TraceView.Summary(
        row.getString("trace_id"),
        row.getString("name"),
        time(row, "start"),
        row.getLong("took_us") / 1e3,
        error == null ? "ok" : "error",
        error,
        row.getString("principal"),
        row.getString("model"),
        row.getString("text"),
        null,
        tags(row));
  }

  private static TraceView.SpanView span(ResultSet row) throws SQLException {
    return new TraceView.SpanView(
        IdText.format(SPAN_PREFIX, id(row, "id")),
        row.getString("span_id"),
        row.getString("parent_span_id"),
        row.getString("name"),
        time(row, "start"),
        row.getLong("took_us") / 1e3,
        row.getString("error"),
        attributes(row),
        row.getString("model"),
        row.getString("text"));
  }

  /// Nano-USD as decimal USD; null stays unknown.
  static @Nullable String usd(@Nullable Long nano) {
    if (nano == null) {
      return null;
    }
    BigDecimal amount = BigDecimal.valueOf(nano, 9).stripTrailingZeros();
    return (amount.scale() < 0 ? amount.setScale(0) : amount).toPlainString();
  }

  private static UUID id(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    return (Long) row.getObject(column);
  }

  private static @Nullable Double millis(ResultSet row, String column) throws SQLException {
    Long micros = number(row, column);
    return micros == null ? null : micros / 1e3;
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static Map<String, String> tags(ResultSet row) throws SQLException {
    try {
      return Json.MAPPER.readValue(row.getString("tags"), TAGS);
    } catch (JsonProcessingException e) {
      throw new SQLException("tags are not an object of texts", e);
    }
  }

  private static Map<String, Object> noted(ResultSet row) throws SQLException {
    try {
      return Json.MAPPER.readValue(row.getString("attributes"), NOTED);
    } catch (JsonProcessingException e) {
      throw new SQLException("the attributes of a step are not an object", e);
    }
  }

  private static JsonNode attributes(ResultSet row) throws SQLException {
    try {
      JsonNode attributes = Json.tree(row.getString("attributes"));
      if (row.getBoolean("is_call") && attributes instanceof ObjectNode object) {
        object.put("gimbal.call", Ledger.text(id(row, "id")));
      }
      return attributes;
    } catch (JsonProcessingException e) {
      throw new SQLException("attributes are not JSON", e);
    }
  }
}

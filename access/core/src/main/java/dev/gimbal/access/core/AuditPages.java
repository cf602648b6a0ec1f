package dev.gimbal.access.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads what was written down.
final class AuditPages {
  private static final String PREFIX = "aud";

  private final Database database;

  AuditPages(Database database) {
    this.database = database;
  }

  /// Who changed what.
  record Entry(
      String id, Instant at, String principal, String action, String subject, JsonNode detail) {}

  Response list(Request request) {
    Request.Page page = request.page();
    List<Entry> found =
        read(request.caller().tenant(), AccessRoutes.cursor(page, PREFIX), page.limit() + 1);
    return AccessRoutes.listing(found, page.limit(), entry -> entry, Entry::id);
  }

  private List<Entry> read(TenantId tenant, @Nullable UUID before, int limit) {
    return database.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT id, at, principal, action, subject, detail
                    FROM access.audit
                    WHERE tenant_id = :tenant
                      AND (:before::uuid IS NULL OR id < :before::uuid)
                    ORDER BY id DESC
                    LIMIT :limit
                    """)
                .bind("tenant", tenant.value())
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> entry(row))
                .list());
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        IdText.format(PREFIX, row.getObject("id", UUID.class)),
        row.getTimestamp("at").toInstant(),
        row.getString("principal"),
        row.getString("action"),
        row.getString("subject"),
        tree(row.getString("detail")));
  }

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database keeps nothing but JSON in jsonb", e);
    }
  }
}

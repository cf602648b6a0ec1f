package dev.gimbal.gateway.core.provider;

import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A provider as a tenant declared it.
///
/// @param credential a reference; null if there is none or it is sealed
/// @param sealed Base64 of a sealed credential, so that rows compare by value; or null
record ProviderRow(
    TenantId tenant,
    String name,
    String dialect,
    String baseUrl,
    @Nullable String credential,
    @Nullable String sealed,
    @Nullable String keyId,
    Bounds bounds,
    Change change) {
  /// What a query must select.
  static final String COLUMNS =
      """
      tenant_id, name, dialect, base_url, credential, encode(sealed, 'base64') AS sealed, key_id,
      parallel_calls, queue, version, created, coalesce(changed, created) AS changed
      """;

  /// @param parallelCalls null: as many as come
  /// @param queue calls that may wait; null: none
  record Bounds(@Nullable Integer parallelCalls, @Nullable Integer queue) {}

  /// @param version which change of it this is
  /// @param changed when that was
  record Change(long version, Instant created, Instant changed) {}

  static ProviderRow of(ResultSet row) throws SQLException {
    return new ProviderRow(
        new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getString("name"),
        row.getString("dialect"),
        row.getString("base_url"),
        row.getString("credential"),
        row.getString("sealed"),
        row.getString("key_id"),
        new Bounds(
            row.getObject("parallel_calls", Integer.class), row.getObject("queue", Integer.class)),
        new Change(
            row.getLong("version"),
            row.getTimestamp("created").toInstant(),
            row.getTimestamp("changed").toInstant()));
  }

  @Override
  public String toString() {
    return "ProviderRow[" + tenant + " " + name + "]";
  }
}

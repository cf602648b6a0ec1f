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
    Instant created) {

  /// @param parallelCalls null: as many as come
  /// @param queue calls that may wait; null: none
  record Bounds(@Nullable Integer parallelCalls, @Nullable Integer queue) {}

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
        row.getTimestamp("created").toInstant());
  }

  @Override
  public String toString() {
    return "ProviderRow[" + tenant + " " + name + "]";
  }
}

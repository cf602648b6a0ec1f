package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.routing.Credentials.Limits;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The credentials that providers have beside their own. Thread-safe; blocks.
final class CredentialStore {
  private final Sealing sealing;

  CredentialStore(Sealing sealing) {
    this.sealing = sealing;
  }

  /// One of them as it is kept.
  ///
  /// @param credential a reference; null if it is sealed
  /// @param sealed Base64; null if it is a reference
  record Row(Limits limits, @Nullable String credential, @Nullable String sealed) {
    @Override
    public String toString() {
      return "Row[" + limits.name() + "]";
    }
  }

  /// Which provider.
  record Owner(TenantId tenant, String provider) {}

  void add(Transaction transaction, String provider, List<ProviderStore.Credential> credentials) {
    TenantId tenant = transaction.tenant();
    int place = 0;
    for (ProviderStore.Credential each : credentials) {
      boolean reference = CredentialReference.is(each.credential());
      transaction
          .handle()
          .createUpdate(
              """
              INSERT INTO gateway.provider_credential
                (tenant_id, provider, name, place, credential, sealed, key_id,
                 requests_per_minute, tokens_per_minute, parallel_calls)
              VALUES (:tenant, :provider, :name, :place, :credential, :sealed, :key,
                 :requests, :tokens, :parallel)
              """)
          .bind("tenant", tenant.value())
          .bind("provider", provider)
          .bind("name", each.limits().name())
          .bind("place", place++)
          .bind("credential", reference ? each.credential() : null)
          .bind("sealed", reference ? null : sealed(tenant, provider, each))
          .bind("key", reference ? null : sealing.keyId())
          .bind("requests", each.limits().requestsPerMinute())
          .bind("tokens", each.limits().tokensPerMinute())
          .bind("parallel", each.limits().parallelCalls())
          .execute();
    }
  }

  private byte[] sealed(TenantId tenant, String provider, ProviderStore.Credential each) {
    return sealing.seal(tenant, about(provider, each.limits().name()), each.credential());
  }

  /// A slug has no `/`, so no provider's own credential is sealed for the same.
  private static String about(String provider, String name) {
    return provider + "/" + name;
  }

  /// The credential itself.
  String open(Owner owner, Row row) {
    String sealed = row.sealed;
    if (sealed == null) {
      return CredentialReference.read(String.valueOf(row.credential));
    }
    byte[] bytes = Base64.getMimeDecoder().decode(sealed);
    return sealing.open(owner.tenant, about(owner.provider, row.limits.name()), bytes);
  }

  /// Those of a tenant, or of all with null, each provider's in their order.
  Map<Owner, List<Row>> read(Handle handle, @Nullable TenantId tenant) {
    Map<Owner, List<Row>> all = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT tenant_id, provider, name, credential, encode(sealed, 'base64') AS sealed,
              requests_per_minute, tokens_per_minute, parallel_calls
            FROM gateway.provider_credential
            WHERE tenant_id = CAST(:tenant AS uuid) OR CAST(:tenant AS uuid) IS NULL
            ORDER BY tenant_id, provider, place
            """)
        .bind("tenant", tenant == null ? null : tenant.value())
        .map((row, context) -> add(all, row))
        .list();
    return all;
  }

  private static boolean add(Map<Owner, List<Row>> all, ResultSet row) throws SQLException {
    Owner owner =
        new Owner(new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("provider"));
    Limits limits =
        new Limits(
            row.getString("name"),
            row.getObject("requests_per_minute", Integer.class),
            row.getObject("tokens_per_minute", Long.class),
            row.getObject("parallel_calls", Integer.class));
    return all.computeIfAbsent(owner, o -> new ArrayList<>())
        .add(new Row(limits, row.getString("credential"), row.getString("sealed")));
  }
}

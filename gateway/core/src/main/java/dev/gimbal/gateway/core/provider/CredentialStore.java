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
import org.jdbi.v3.core.statement.Update;
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
    for (int i = 0; i < credentials.size(); i++) {
      add(transaction, new Place(transaction.tenant(), provider, i), credentials.get(i));
    }
  }

  private void add(Transaction transaction, Place place, ProviderStore.Credential each) {
    String credential = String.valueOf(each.credential());
    boolean reference = CredentialReference.is(credential);
    String about = about(place.provider, each.limits().name());
    Update insert =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO gateway.provider_credential
                  (tenant_id, provider, name, place, credential, sealed, key_id,
                   requests_per_minute, tokens_per_minute, parallel_calls)
                VALUES (:tenant, :provider, :name, :place, :credential, :sealed, :key,
                   :requests, :tokens, :parallel)
                """);
    bound(insert, place, each.limits())
        .bind("credential", reference ? credential : null)
        .bind("sealed", reference ? null : sealing.seal(place.tenant, about, credential))
        .bind("key", reference ? null : sealing.keyId())
        .execute();
  }

  private record Place(TenantId tenant, String provider, int number) {}

  private static Update bound(Update update, Place place, Limits limits) {
    return update
        .bind("tenant", place.tenant.value())
        .bind("provider", place.provider)
        .bind("name", limits.name())
        .bind("place", place.number)
        .bind("requests", limits.requestsPerMinute())
        .bind("tokens", limits.tokensPerMinute())
        .bind("parallel", limits.parallelCalls());
  }

  /// Puts these in the place of those that a provider has; of one without a credential the row must
  /// be there, and its secret stays as it is.
  void replace(
      Transaction transaction, String provider, List<ProviderStore.Credential> credentials) {
    TenantId tenant = transaction.tenant();
    List<String> kept =
        credentials.stream()
            .filter(each -> each.credential() == null)
            .map(each -> each.limits().name())
            .toList();
    transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM gateway.provider_credential
            WHERE tenant_id = :tenant AND provider = :provider AND NOT name = ANY (:kept)
            """)
        .bind("tenant", tenant.value())
        .bind("provider", provider)
        .bindArray("kept", String.class, kept)
        .execute();
    for (int i = 0; i < credentials.size(); i++) {
      ProviderStore.Credential each = credentials.get(i);
      Place place = new Place(tenant, provider, i);
      if (each.credential() == null) {
        Update update =
            transaction
                .handle()
                .createUpdate(
                    """
                    UPDATE gateway.provider_credential SET place = :place,
                      requests_per_minute = :requests, tokens_per_minute = :tokens,
                      parallel_calls = :parallel
                    WHERE tenant_id = :tenant AND provider = :provider AND name = :name
                    """);
        bound(update, place, each.limits()).execute();
      } else {
        add(transaction, place, each);
      }
    }
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

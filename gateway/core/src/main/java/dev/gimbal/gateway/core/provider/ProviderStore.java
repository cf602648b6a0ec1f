package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.GatewayModule.Vendors;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The providers that tenants declared. Thread-safe; blocks.
public final class ProviderStore {
  /// Topic of the change log.
  public static final String TOPIC = "gateway.provider";

  private static final Logger LOG = LoggerFactory.getLogger(ProviderStore.class);

  private final Database database;
  private final ProviderCatalog catalog;
  private final Map<String, ProviderFactory> factories = new HashMap<>();
  private final boolean allowPrivate;
  private final Sealing sealing;
  private final Clock clock;
  private Map<ProviderRow, ProviderEntry> made = Map.of();

  /// @param vendors make providers and seal their credentials
  public ProviderStore(
      Database database,
      ProviderCatalog catalog,
      Vendors vendors,
      boolean allowPrivate,
      Clock clock) {
    this.database = database;
    this.catalog = catalog;
    this.allowPrivate = allowPrivate;
    this.sealing = new Sealing(vendors.secrets());
    this.clock = clock;
    vendors.factories().forEach(factory -> factories.put(factory.dialect(), factory));
  }

  /// A provider to be.
  ///
  /// @param credential a reference or the secret itself; null: none
  public record Declared(String name, String dialect, String baseUrl, @Nullable String credential) {
    @Override
    public String toString() {
      return "Declared[" + name + "]";
    }
  }

  /// A provider as it may be shown.
  ///
  /// @param credential the reference, or `sealed`; null: none
  public record Shown(
      String name, String dialect, String baseUrl, @Nullable String credential, Instant created) {}

  /// Whether a text names where a credential is.
  public static boolean isReference(@Nullable String credential) {
    return credential != null && CredentialReference.is(credential);
  }

  /// Where a provider is: as declared, or where those of its dialect are.
  ///
  /// @throws GatewayException naming `base_url` if neither says it
  public String baseUrl(String dialect, @Nullable String declared) {
    if (declared != null) {
      return declared;
    }
    ProviderFactory factory = factories.get(dialect);
    return Optional.ofNullable(factory)
        .flatMap(ProviderFactory::baseUrl)
        .orElseThrow(() -> invalid("base_url", "must be said for the dialect " + dialect));
  }

  /// Says what is wrong with a declaration. Looks its host up.
  ///
  /// @throws GatewayException naming the field
  public void check(Declared declared) {
    ProviderFactory factory = factories.get(declared.dialect);
    if (factory == null) {
      throw invalid("dialect", "must be one of " + factories.keySet());
    }
    if (catalog.shared().containsKey(declared.name)) {
      throw new GatewayException(
          GatewayError.PROVIDER_EXISTS, "There is a shared provider " + declared.name + ".");
    }
    factory.check(settings(declared.name, declared.baseUrl, credential(declared.credential)));
  }

  private static @Nullable String credential(@Nullable String credential) {
    if (!isReference(credential)) {
      return credential;
    }
    try {
      return CredentialReference.read(String.valueOf(credential));
    } catch (IllegalArgumentException e) {
      throw invalid("credential", String.valueOf(e.getMessage()));
    }
  }

  private ProviderSettings settings(String name, String baseUrl, @Nullable String credential) {
    try {
      return new ProviderSettings(name, new URI(baseUrl), credential, allowPrivate);
    } catch (URISyntaxException e) {
      throw invalid("base_url", "is not an address");
    }
  }

  private static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }

  /// Declares a provider, in use once the transaction commits.
  ///
  /// @throws GatewayException [GatewayError#PROVIDER_EXISTS]
  public Shown add(Transaction transaction, Declared declared) {
    boolean reference = isReference(declared.credential);
    boolean secret = declared.credential != null && !reference;
    Instant now = clock.instant();
    int added =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO gateway.provider
                  (tenant_id, name, dialect, base_url, credential, sealed, key_id, created)
                VALUES (:tenant, :name, :dialect, :url, :credential, :sealed, :key, :created)
                ON CONFLICT DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", declared.name)
            .bind("dialect", declared.dialect)
            .bind("url", declared.baseUrl)
            .bind("credential", reference ? declared.credential : null)
            .bind("sealed", secret ? sealed(transaction.tenant(), declared) : null)
            .bind("key", secret ? sealing.keyId() : null)
            .bind("created", Timestamp.from(now))
            .execute();
    if (added == 0) {
      throw new GatewayException(
          GatewayError.PROVIDER_EXISTS, "There is a provider " + declared.name + ".");
    }
    changed(transaction, declared.name);
    String shown = reference ? declared.credential : secret ? "sealed" : null;
    return new Shown(declared.name, declared.dialect, declared.baseUrl, shown, now);
  }

  private byte[] sealed(TenantId tenant, Declared declared) {
    return sealing.seal(tenant, declared.name, String.valueOf(declared.credential));
  }

  /// Removes a provider; its running calls end as if nothing had happened.
  ///
  /// @throws GatewayException [GatewayError#PROVIDER_UNKNOWN]
  public void remove(Transaction transaction, String name) {
    int removed =
        transaction
            .handle()
            .createUpdate("DELETE FROM gateway.provider WHERE tenant_id = :tenant AND name = :name")
            .bind("tenant", transaction.tenant().value())
            .bind("name", name)
            .execute();
    if (removed == 0) {
      throw new GatewayException(
          GatewayError.PROVIDER_UNKNOWN, "There is no provider " + name + " of this tenant.");
    }
    changed(transaction, name);
  }

  private void changed(Transaction transaction, String name) {
    transaction.changed(TOPIC, name);
    transaction.afterCommit(this::reload);
  }

  /// A tenant's own providers, by name.
  public List<Shown> list(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT tenant_id, name, dialect, base_url, credential,
              encode(sealed, 'base64') AS sealed, key_id, created
            FROM gateway.provider WHERE tenant_id = :tenant ORDER BY name
            """)
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> shown(ProviderRow.of(row)))
        .list();
  }

  private static Shown shown(ProviderRow row) {
    String credential = row.sealed() != null ? "sealed" : row.credential();
    return new Shown(row.name(), row.dialect(), row.baseUrl(), credential, row.created());
  }

  /// Reads every tenant's providers and swaps them in; one that did not change stays as it is.
  public synchronized void reload() {
    List<ProviderRow> rows =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT tenant_id, name, dialect, base_url, credential,
                          encode(sealed, 'base64') AS sealed, key_id, created
                        FROM gateway.provider
                        """)
                    .map((row, context) -> ProviderRow.of(row))
                    .list());
    Map<ProviderRow, ProviderEntry> next = new HashMap<>();
    Map<TenantId, Map<String, ProviderEntry>> owned = new HashMap<>();
    for (ProviderRow row : rows) {
      ProviderEntry known = made.get(row);
      Optional<ProviderEntry> entry = known != null ? Optional.of(known) : make(row);
      entry.ifPresent(
          e -> {
            next.put(row, e);
            owned.computeIfAbsent(row.tenant(), t -> new HashMap<>()).put(row.name(), e);
          });
    }
    made = next;
    catalog.swap(Map.copyOf(owned));
  }

  /// One provider that cannot be made must not keep the others from serving.
  private Optional<ProviderEntry> make(ProviderRow row) {
    try {
      ProviderFactory factory = factories.get(row.dialect());
      if (factory == null) {
        throw new IllegalStateException("there is no dialect " + row.dialect());
      }
      ProviderSettings settings = settings(row.name(), row.baseUrl(), opened(row));
      return Optional.of(new ProviderEntry(factory.create(settings)));
    } catch (RuntimeException e) {
      LOG.error("provider {} of {} cannot be used", row.name(), row.tenant(), e);
      return Optional.empty();
    }
  }

  private @Nullable String opened(ProviderRow row) {
    return row.sealed() == null
        ? credential(row.credential())
        : sealing.open(row.tenant(), row.name(), Base64.getMimeDecoder().decode(row.sealed()));
  }
}

package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.GatewayModule.Vendors;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.HealthRule;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The providers that tenants declared. Thread-safe; blocks.
public final class ProviderStore {
  /// Topic of the change log.
  public static final String TOPIC = "gateway.provider";

  private static final String SEALED = "sealed";
  private static final Logger LOG = LoggerFactory.getLogger(ProviderStore.class);

  private final Database database;
  private final ProviderCatalog catalog;
  private final Map<String, ProviderFactory> factories = new HashMap<>();
  private final boolean allowPrivate;
  private final Sealing sealing;
  private final Clock clock;
  private final CredentialStore credentials;
  private Map<Declaration, ProviderEntry> made = Map.of();
  private Map<CredentialStore.Owner, ProviderState> states = Map.of();

  /// All that the database says of a provider.
  private record Declaration(ProviderRow row, List<CredentialStore.Row> credentials) {
    CredentialStore.Owner owner() {
      return new CredentialStore.Owner(row.tenant(), row.name());
    }
  }

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
    this.credentials = new CredentialStore(sealing);
    this.clock = clock;
    vendors.factories().forEach(factory -> factories.put(factory.dialect(), factory));
  }

  /// A provider to be.
  ///
  /// @param credential a reference or the secret itself; null: none
  /// @param bounds of calls at a time
  /// @param credentials beside the first
  public record Declared(
      String name,
      String dialect,
      String baseUrl,
      @Nullable String credential,
      Bounds bounds,
      List<Credential> credentials) {
    public Declared {
      credentials = List.copyOf(credentials);
    }

    /// With one credential and no bound.
    public Declared(String name, String dialect, String baseUrl, @Nullable String credential) {
      this(name, dialect, baseUrl, credential, Bounds.NONE, List.of());
    }

    @Override
    public String toString() {
      return "Declared[" + name + "]";
    }
  }

  /// How many calls it takes at a time.
  ///
  /// @param parallelCalls null: as many as come
  /// @param queue calls that may wait; null: none
  public record Bounds(@Nullable Integer parallelCalls, @Nullable Integer queue) {
    /// As many as come.
    public static final Bounds NONE = new Bounds(null, null);
  }

  /// One more credential.
  ///
  /// @param credential a reference or the secret itself
  public record Credential(Credentials.Limits limits, String credential) {
    @Override
    public String toString() {
      return "Credential[" + limits.name() + "]";
    }
  }

  /// A provider as it may be shown.
  ///
  /// @param credential the reference, or `sealed`; null: none
  /// @param credentials beside the first, each with what stands for it
  public record Shown(
      String name,
      String dialect,
      String baseUrl,
      @Nullable String credential,
      Bounds bounds,
      List<Credential> credentials,
      Instant created) {}

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
    for (Credential each : declared.credentials) {
      credential(each.credential);
    }
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
                  (tenant_id, name, dialect, base_url, credential, sealed, key_id,
                   parallel_calls, queue, created)
                VALUES (:tenant, :name, :dialect, :url, :credential, :sealed, :key,
                   :parallel, :queue, :created)
                ON CONFLICT DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("name", declared.name)
            .bind("dialect", declared.dialect)
            .bind("url", declared.baseUrl)
            .bind("credential", reference ? declared.credential : null)
            .bind("sealed", secret ? sealed(transaction.tenant(), declared) : null)
            .bind("key", secret ? sealing.keyId() : null)
            .bind("parallel", declared.bounds.parallelCalls)
            .bind("queue", declared.bounds.queue)
            .bind("created", Timestamp.from(now))
            .execute();
    if (added == 0) {
      throw new GatewayException(
          GatewayError.PROVIDER_EXISTS, "There is a provider " + declared.name + ".");
    }
    credentials.add(transaction, declared.name, declared.credentials);
    changed(transaction, declared.name);
    String shown = reference ? declared.credential : secret ? SEALED : null;
    List<Credential> others =
        declared.credentials.stream()
            .map(c -> new Credential(c.limits, isReference(c.credential) ? c.credential : SEALED))
            .toList();
    return new Shown(
        declared.name, declared.dialect, declared.baseUrl, shown, declared.bounds, others, now);
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
    Map<CredentialStore.Owner, List<CredentialStore.Row>> others =
        credentials.read(transaction.handle(), transaction.tenant());
    return transaction
        .handle()
        .createQuery(
            """
            SELECT tenant_id, name, dialect, base_url, credential,
              encode(sealed, 'base64') AS sealed, key_id, parallel_calls, queue, created
            FROM gateway.provider WHERE tenant_id = :tenant ORDER BY name
            """)
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> shown(declaration(ProviderRow.of(row), others)))
        .list();
  }

  private static Declaration declaration(
      ProviderRow row, Map<CredentialStore.Owner, List<CredentialStore.Row>> others) {
    CredentialStore.Owner owner = new CredentialStore.Owner(row.tenant(), row.name());
    return new Declaration(row, others.getOrDefault(owner, List.of()));
  }

  private static Shown shown(Declaration declaration) {
    ProviderRow row = declaration.row;
    String credential = row.sealed() != null ? SEALED : row.credential();
    List<Credential> others =
        declaration.credentials.stream()
            .map(c -> new Credential(c.limits(), c.credential() == null ? SEALED : c.credential()))
            .toList();
    return new Shown(
        row.name(),
        row.dialect(),
        row.baseUrl(),
        credential,
        new Bounds(row.bounds().parallelCalls(), row.bounds().queue()),
        others,
        row.created());
  }

  /// Reads every tenant's providers and swaps them in; one that did not change stays as it is, and
  /// what was learnt of one stays with its name.
  public synchronized void reload() {
    List<Declaration> declarations = database.asOwner(this::declarations);
    Map<Declaration, ProviderEntry> next = new HashMap<>();
    Map<CredentialStore.Owner, ProviderState> kept = new HashMap<>();
    Map<TenantId, Map<String, ProviderEntry>> owned = new HashMap<>();
    for (Declaration declaration : declarations) {
      ProviderState state = states.get(declaration.owner());
      if (state == null) {
        state = new ProviderState(HealthRule.DEFAULT, System::nanoTime);
      }
      kept.put(declaration.owner(), state);
      ProviderEntry known = made.get(declaration);
      Optional<ProviderEntry> entry = known != null ? Optional.of(known) : make(declaration, state);
      entry.ifPresent(
          e -> {
            next.put(declaration, e);
            ProviderRow row = declaration.row;
            owned.computeIfAbsent(row.tenant(), t -> new HashMap<>()).put(row.name(), e);
          });
    }
    made = next;
    states = kept;
    catalog.swap(Map.copyOf(owned));
  }

  private List<Declaration> declarations(Handle handle) {
    Map<CredentialStore.Owner, List<CredentialStore.Row>> others = credentials.read(handle, null);
    return handle
        .createQuery(
            """
            SELECT tenant_id, name, dialect, base_url, credential,
              encode(sealed, 'base64') AS sealed, key_id, parallel_calls, queue, created
            FROM gateway.provider
            """)
        .map((row, context) -> declaration(ProviderRow.of(row), others))
        .list();
  }

  /// One provider that cannot be made must not keep the others from serving.
  private Optional<ProviderEntry> make(Declaration declaration, ProviderState state) {
    ProviderRow row = declaration.row;
    Map<String, Provider> providers = new LinkedHashMap<>();
    try {
      ProviderFactory factory = factories.get(row.dialect());
      if (factory == null) {
        throw new IllegalStateException("there is no dialect " + row.dialect());
      }
      List<Credentials.Limits> limits = new ArrayList<>();
      String own = opened(row);
      if (own != null || declaration.credentials.isEmpty()) {
        limits.add(Credentials.Limits.none(ProviderEntry.DEFAULT));
        ProviderSettings settings = settings(row.name(), row.baseUrl(), own);
        providers.put(ProviderEntry.DEFAULT, factory.create(settings));
      }
      for (CredentialStore.Row each : declaration.credentials) {
        limits.add(each.limits());
        String secret = credentials.open(declaration.owner(), each);
        ProviderSettings settings = settings(row.name(), row.baseUrl(), secret);
        providers.put(each.limits().name(), factory.create(settings));
      }
      Integer queue = row.bounds().queue();
      state.declare(limits, row.bounds().parallelCalls(), queue == null ? 0 : queue);
      return Optional.of(new ProviderEntry(providers, state));
    } catch (RuntimeException e) {
      providers.values().forEach(Provider::close);
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

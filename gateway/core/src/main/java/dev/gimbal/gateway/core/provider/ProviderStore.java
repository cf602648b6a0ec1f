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
import java.util.Locale;
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
  /// @param credential a reference or the secret itself; null, in a change alone: the one that it
  ///     has is kept
  public record Credential(Credentials.Limits limits, @Nullable String credential) {
    @Override
    public String toString() {
      return "Credential[" + limits.name() + "]";
    }
  }

  /// A provider as it may be shown.
  ///
  /// @param credential the reference, or `sealed`; null: none
  /// @param credentials beside the first, each with what stands for it
  /// @param version which change of it this is
  /// @param changed when that was
  public record Shown(
      String name,
      String dialect,
      String baseUrl,
      @Nullable String credential,
      Bounds bounds,
      List<Credential> credentials,
      long version,
      Instant created,
      Instant changed) {}

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
    String own = credential("credential", declared.credential);
    for (int i = 0; i < declared.credentials.size(); i++) {
      credential("credentials[" + i + "].credential", declared.credentials.get(i).credential);
    }
    try {
      factory.check(settings(declared.name, declared.baseUrl, own));
    } catch (GatewayException e) {
      // Whatever is wrong with an address is wrong with this field; who calls sees no field.
      throw e.fields().isEmpty() ? new GatewayException(fault(e), "base_url", said(e)) : e;
    }
  }

  /// A name that nobody knows is no failure of a provider yet.
  private static GatewayError fault(GatewayException e) {
    return e.errorCode() == GatewayError.UPSTREAM_FORBIDDEN
        ? GatewayError.UPSTREAM_FORBIDDEN
        : GatewayError.FIELD_INVALID;
  }

  private static String said(GatewayException e) {
    return String.valueOf(e.getMessage());
  }

  private static @Nullable String credential(String field, @Nullable String credential) {
    if (credential == null || !isReference(credential)) {
      return credential;
    }
    try {
      return CredentialReference.read(credential);
    } catch (IllegalArgumentException e) {
      throw invalid(field, String.valueOf(e.getMessage()));
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
    if (catalog.shared().containsKey(declared.name)) {
      throw new GatewayException(
          GatewayError.PROVIDER_EXISTS, "There is a shared provider " + declared.name + ".");
    }
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
    return find(transaction, declared.name);
  }

  private byte[] sealed(TenantId tenant, Declared declared) {
    return sealing.seal(tenant, declared.name, String.valueOf(declared.credential));
  }

  /// Replaces a provider that [#find] locked, in use once the transaction commits; calls under way
  /// end as they began.
  ///
  /// A credential that is kept stays where it was declared for: with another scheme, host or port
  /// it must be given again, or whoever may change an address could have it sent to himself.
  ///
  /// @param keeps whether the first credential stays as it is, whatever `declared` says
  /// @throws GatewayException naming the field
  public Shown replace(Transaction transaction, Shown before, Declared declared, boolean keeps) {
    boolean moved = !origin(before.baseUrl).equals(origin(declared.baseUrl));
    if (keeps && before.credential != null) {
      kept("credential", before.credential, moved);
    }
    Map<String, Credential> had = new HashMap<>();
    before.credentials.forEach(each -> had.put(each.limits.name(), each));
    for (int i = 0; i < declared.credentials.size(); i++) {
      Credential each = declared.credentials.get(i);
      if (each.credential == null) {
        String field = "credentials[" + i + "].credential";
        Credential known = had.get(each.limits.name());
        if (known == null || known.credential == null) {
          throw invalid(field, "is required: there is none of this name to keep");
        }
        kept(field, known.credential, moved);
      }
    }
    update(transaction, declared, keeps);
    credentials.replace(transaction, declared.name, declared.credentials);
    changed(transaction, declared.name);
    return find(transaction, declared.name);
  }

  private static void kept(String field, String shown, boolean moved) {
    if (moved) {
      throw invalid(field, "must be given again: base_url names another server");
    }
    credential(field, shown);
  }

  /// Whom a request goes to.
  private static String origin(String url) {
    URI uri = URI.create(url);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int port = uri.getPort() > 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  private void update(Transaction transaction, Declared declared, boolean keeps) {
    boolean reference = isReference(declared.credential);
    boolean secret = declared.credential != null && !reference;
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE gateway.provider SET dialect = :dialect, base_url = :url,
              credential = CASE WHEN :keeps THEN credential ELSE :credential END,
              sealed = CASE WHEN :keeps THEN sealed ELSE :sealed END,
              key_id = CASE WHEN :keeps THEN key_id ELSE :key END,
              parallel_calls = :parallel, queue = :queue, version = version + 1, changed = :now
            WHERE tenant_id = :tenant AND name = :name
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("name", declared.name)
        .bind("dialect", declared.dialect)
        .bind("url", declared.baseUrl)
        .bind("keeps", keeps)
        .bind("credential", reference ? declared.credential : null)
        .bind("sealed", secret ? sealed(transaction.tenant(), declared) : null)
        .bind("key", secret ? sealing.keyId() : null)
        .bind("parallel", declared.bounds.parallelCalls)
        .bind("queue", declared.bounds.queue)
        .bind("now", Timestamp.from(clock.instant()))
        .execute();
  }

  /// Removes a provider that [#find] locked; its running calls end as if nothing had happened.
  public void remove(Transaction transaction, String name) {
    transaction
        .handle()
        .createUpdate("DELETE FROM gateway.provider WHERE tenant_id = :tenant AND name = :name")
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .execute();
    changed(transaction, name);
  }

  /// A provider of the tenant, locked until the transaction ends.
  ///
  /// @throws GatewayException [GatewayError#PROVIDER_UNKNOWN]
  public Shown find(Transaction transaction, String name) {
    Map<CredentialStore.Owner, List<CredentialStore.Row>> others =
        credentials.read(transaction.handle(), transaction.tenant());
    return transaction
        .handle()
        .createQuery(
            "SELECT "
                + ProviderRow.COLUMNS
                + "FROM gateway.provider WHERE tenant_id = :tenant AND name = :name FOR UPDATE")
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .map((row, context) -> shown(declaration(ProviderRow.of(row), others)))
        .findOne()
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.PROVIDER_UNKNOWN,
                    "There is no provider " + name + " of this tenant."));
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
            "SELECT "
                + ProviderRow.COLUMNS
                + "FROM gateway.provider WHERE tenant_id = :tenant ORDER BY name")
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
        row.change().version(),
        row.change().created(),
        row.change().changed());
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
        .createQuery("SELECT " + ProviderRow.COLUMNS + "FROM gateway.provider")
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
        ? credential("credential", row.credential())
        : sealing.open(row.tenant(), row.name(), Base64.getMimeDecoder().decode(row.sealed()));
  }
}

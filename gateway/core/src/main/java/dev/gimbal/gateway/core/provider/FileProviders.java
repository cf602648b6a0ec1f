package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderStore.Credential;
import dev.gimbal.gateway.core.provider.ProviderStore.Declared;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.HealthRule;
import dev.gimbal.platform.ids.TenantId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The providers that a file declares. One that did not change stays as it is with its connections,
/// and what was learnt of one stays with its name. For one thread at a time.
public final class FileProviders {
  private final ProviderCatalog catalog;
  private final Map<String, ProviderFactory> factories;
  private final boolean allowPrivate;
  private Map<Ready, ProviderEntry> made = Map.of();
  private Map<Owner, ProviderState> states = Map.of();

  /// @param factories one a dialect
  public FileProviders(
      ProviderCatalog catalog, List<ProviderFactory> factories, boolean allowPrivate) {
    this.catalog = catalog;
    this.factories =
        factories.stream().collect(Collectors.toMap(ProviderFactory::dialect, each -> each));
    this.allowPrivate = allowPrivate;
  }

  /// A declaration whose credentials were read.
  ///
  /// @param owners the tenants that it is for, or the one
  /// @param credentials by name, in order; a null: none is sent
  public record Ready(
      Set<TenantId> owners,
      String name,
      String dialect,
      URI baseUrl,
      List<Named> credentials,
      ProviderStore.Bounds bounds) {
    public Ready {
      owners = Set.copyOf(owners);
      credentials = List.copyOf(credentials);
    }

    @Override
    public String toString() {
      return "Ready[" + name + "]";
    }
  }

  /// A credential.
  public record Named(Credentials.Limits limits, @Nullable String secret) {
    @Override
    public String toString() {
      return "Named[" + limits.name() + "]";
    }
  }

  private record Owner(Set<TenantId> tenants, String name) {}

  /// Reads what a declaration refers to.
  ///
  /// @throws GatewayException naming the field that is wrong
  public Ready ready(Set<TenantId> owners, Declared declared, @Nullable String baseUrl) {
    ProviderFactory factory = factories.get(declared.dialect());
    if (factory == null) {
      throw invalid("dialect", "must be one of " + new java.util.TreeSet<>(factories.keySet()));
    }
    if (catalog.shared().containsKey(declared.name())) {
      throw invalid("name", declared.name() + " is a provider of this program");
    }
    String url =
        baseUrl != null
            ? baseUrl
            : factory
                .baseUrl()
                .orElseThrow(
                    () -> invalid("base_url", "must be said for the dialect " + factory.dialect()));
    List<Named> credentials = new ArrayList<>();
    if (declared.credential() != null || declared.credentials().isEmpty()) {
      String secret = secret("credential", declared.credential());
      credentials.add(new Named(Credentials.Limits.none(ProviderEntry.DEFAULT), secret));
    }
    for (int i = 0; i < declared.credentials().size(); i++) {
      Credential each = declared.credentials().get(i);
      String field = "credentials[" + i + "].credential";
      credentials.add(new Named(each.limits(), secret(field, each.credential())));
    }
    return new Ready(
        owners, declared.name(), declared.dialect(), uri(url), credentials, declared.bounds());
  }

  private static URI uri(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() == null) {
        throw invalid("base_url", "is not an address");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw invalid("base_url", "is not an address");
    }
  }

  private static @Nullable String secret(String field, @Nullable String reference) {
    if (reference == null) {
      return null;
    }
    if (!CredentialReference.is(reference)) {
      throw invalid(field, "a file holds no secret itself: name it by env:NAME or file:PATH");
    }
    return read(field, reference);
  }

  /// What a reference stands for.
  ///
  /// @throws GatewayException naming the field, if it leads nowhere
  public static String read(String field, String reference) {
    try {
      return CredentialReference.read(reference);
    } catch (IllegalArgumentException e) {
      throw invalid(field, String.valueOf(e.getMessage()));
    }
  }

  private static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }

  /// Makes what is new, and swaps all of them in; providers that are no longer declared end with
  /// their last call.
  public void swap(List<Ready> declared) {
    Map<Ready, ProviderEntry> next = new HashMap<>();
    Map<Owner, ProviderState> kept = new HashMap<>();
    Map<TenantId, Map<String, ProviderEntry>> owned = new HashMap<>();
    for (Ready each : declared) {
      Owner owner = new Owner(each.owners, each.name);
      ProviderState known = states.get(owner);
      ProviderState state =
          known == null ? new ProviderState(HealthRule.DEFAULT, System::nanoTime) : known;
      kept.put(owner, state);
      ProviderEntry before = made.get(each);
      ProviderEntry entry = before == null ? make(each, state) : before;
      next.put(each, entry);
      for (TenantId tenant : each.owners) {
        owned.computeIfAbsent(tenant, t -> new HashMap<>()).put(each.name, entry);
      }
    }
    made = next;
    states = kept;
    catalog.swap(Map.copyOf(owned));
  }

  private ProviderEntry make(Ready declared, ProviderState state) {
    ProviderFactory factory = factories.get(declared.dialect);
    if (factory == null) {
      throw new IllegalStateException("it was ready");
    }
    Map<String, Provider> providers = new LinkedHashMap<>();
    List<Credentials.Limits> limits = new ArrayList<>();
    for (Named each : declared.credentials) {
      limits.add(each.limits);
      providers.put(
          each.limits.name(),
          factory.create(
              new ProviderSettings(declared.name, declared.baseUrl, each.secret, allowPrivate)));
    }
    Integer queue = declared.bounds.queue();
    state.declare(limits, declared.bounds.parallelCalls(), queue == null ? 0 : queue);
    return new ProviderEntry(providers, state);
  }
}

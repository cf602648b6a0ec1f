package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.routing.Credentials.Limits;
import dev.gimbal.gateway.routing.HealthRule;
import dev.gimbal.platform.ids.TenantId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A tenant's own providers without a database.
public final class OwnedProvider {
  private OwnedProvider() {}

  public static void swapIn(ProviderCatalog catalog, TenantId tenant, Provider provider) {
    catalog.swap(Map.of(tenant, Map.of(provider.name(), new ProviderEntry(provider))));
  }

  /// Providers with credentials and bounds, in a time that the test moves.
  public static void swapIn(
      ProviderCatalog catalog, TenantId tenant, List<Bounded> providers, LongSupplier nanos) {
    catalog.swap(Map.of(tenant, entries(providers, nanos)));
  }

  /// The same provider, with its places, for several tenants.
  public static void swapInShared(
      ProviderCatalog catalog, List<TenantId> tenants, Bounded provider, LongSupplier nanos) {
    Map<String, ProviderEntry> entries = entries(List.of(provider), nanos);
    Map<TenantId, Map<String, ProviderEntry>> all = new HashMap<>();
    tenants.forEach(tenant -> all.put(tenant, entries));
    catalog.swap(all);
  }

  private static Map<String, ProviderEntry> entries(List<Bounded> providers, LongSupplier nanos) {
    Map<String, ProviderEntry> entries = new HashMap<>();
    for (Bounded each : providers) {
      ProviderState state = new ProviderState(HealthRule.DEFAULT, nanos);
      state.declare(each.credentials, each.parallel, each.waiting);
      Map<String, Provider> made = new LinkedHashMap<>();
      each.credentials.forEach(limits -> made.put(limits.name(), each.provider));
      entries.put(each.provider.name(), new ProviderEntry(made, state));
    }
    return entries;
  }

  /// Providers of several tenants, each made anew for each of its credentials.
  public static void swapIn(
      ProviderCatalog catalog, Map<TenantId, Map<String, Map<String, Provider>>> owned) {
    Map<TenantId, Map<String, ProviderEntry>> all = new HashMap<>();
    owned.forEach(
        (tenant, providers) -> {
          Map<String, ProviderEntry> entries = new HashMap<>();
          providers.forEach(
              (name, made) -> {
                ProviderState state = new ProviderState(HealthRule.DEFAULT, System::nanoTime);
                state.declare(made.keySet().stream().map(Limits::none).toList(), null, 0);
                entries.put(name, new ProviderEntry(made, state));
              });
          all.put(tenant, entries);
        });
    catalog.swap(all);
  }

  /// A provider with credentials, whose counters outlive a declaration.
  public record Declared(Supplier<Map<String, Provider>> made, ProviderState state) {
    /// As when its declaration is read again.
    public Declared again(List<Limits> limits) {
      state.declare(limits, null, 0);
      return this;
    }
  }

  public static Declared declared(Supplier<Map<String, Provider>> made, List<Limits> limits) {
    return new Declared(made, new ProviderState(HealthRule.DEFAULT, System::nanoTime))
        .again(limits);
  }

  /// A new entry of the same provider takes the place of the one before it.
  public static void swapIn(
      ProviderCatalog catalog, TenantId tenant, String name, Declared declared) {
    ProviderEntry entry = new ProviderEntry(declared.made.get(), declared.state);
    catalog.swap(Map.of(tenant, Map.of(name, entry)));
  }

  public record Bounded(
      Provider provider, List<Limits> credentials, @Nullable Integer parallel, int waiting) {}
}

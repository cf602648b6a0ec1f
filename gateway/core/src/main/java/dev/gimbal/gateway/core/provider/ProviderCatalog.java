package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The providers of all tenants as one immutable value, swapped whole. A tenant's provider hides a
/// shared one of its name. Thread-safe.
public final class ProviderCatalog {
  private volatile Snapshot snapshot;
  private volatile Map<TenantId, Map<String, RouteDeclaration>> routes = Map.of();

  /// @param shared providers of every tenant
  public ProviderCatalog(Map<String, ProviderEntry> shared) {
    snapshot = new Snapshot(shared, Map.of());
  }

  private record Snapshot(
      Map<String, ProviderEntry> shared, Map<TenantId, Map<String, ProviderEntry>> owned) {}

  /// A provider and what stands behind its name.
  public record Target(ProviderEntry entry, String model) {}

  /// Where a model name leads; empty if no provider has its first part.
  public Optional<Target> resolve(TenantId tenant, String name) {
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      return Optional.empty();
    }
    return find(tenant, name.substring(0, slash))
        .map(entry -> new Target(entry, name.substring(slash + 1)));
  }

  /// The provider that a tenant calls by a name.
  public Optional<ProviderEntry> provider(TenantId tenant, String name) {
    return find(tenant, name);
  }

  /// The route of a name.
  public Optional<RouteDeclaration> route(TenantId tenant, String name) {
    return Optional.ofNullable(routes.getOrDefault(tenant, Map.of()).get(name));
  }

  /// Whether the tenant has any route.
  public boolean routes(TenantId tenant) {
    return routes.containsKey(tenant);
  }

  /// Names of the tenant's routes, in order.
  public List<String> routeNames(TenantId tenant) {
    return routes.getOrDefault(tenant, Map.of()).keySet().stream().sorted().toList();
  }

  /// Swaps the routes of all tenants. What was learnt of their targets is kept by provider and
  /// model, so nothing is lost.
  public void swapRoutes(Map<TenantId, Map<String, RouteDeclaration>> all) {
    routes = Map.copyOf(all);
  }

  private Optional<ProviderEntry> find(TenantId tenant, String provider) {
    Snapshot now = snapshot;
    ProviderEntry owned = now.owned.getOrDefault(tenant, Map.of()).get(provider);
    return Optional.ofNullable(owned != null ? owned : now.shared.get(provider));
  }

  /// Whether the provider that a model name leads to is the tenant's own.
  public boolean owns(TenantId tenant, String name) {
    int slash = name.indexOf('/');
    String provider = slash < 0 ? name : name.substring(0, slash);
    return snapshot.owned.getOrDefault(tenant, Map.of()).containsKey(provider);
  }

  /// Every model that the tenant's providers say they have, by name.
  public List<Model> models(TenantId tenant) {
    Snapshot now = snapshot;
    Map<String, ProviderEntry> visible = new HashMap<>(now.shared);
    visible.putAll(now.owned.getOrDefault(tenant, Map.of()));
    List<Model> models = new ArrayList<>();
    visible.forEach(
        (name, entry) ->
            entry.provider().models().forEach(model -> models.add(named(name, model))));
    models.sort(Comparator.comparing(Model::name));
    return models;
  }

  private static Model named(String provider, Model model) {
    return new Model(
        provider + "/" + model.name(),
        model.kind(),
        model.dimensions(),
        model.maxTokens(),
        model.queryPrefix(),
        model.scripted());
  }

  /// What was learnt of a provider.
  ///
  /// @param owner null: it is every tenant's
  public record Learnt(@Nullable TenantId owner, String name, ProviderEntry entry) {}

  /// Every provider of every tenant with what was learnt of it.
  public List<Learnt> learnt() {
    Snapshot now = snapshot;
    List<Learnt> all = new ArrayList<>();
    now.shared.forEach((name, entry) -> all.add(new Learnt(null, name, entry)));
    now.owned.forEach(
        (tenant, own) -> own.forEach((name, entry) -> all.add(new Learnt(tenant, name, entry))));
    return all;
  }

  /// Names of the providers of every tenant.
  public Set<String> sharedNames() {
    return snapshot.shared.keySet();
  }

  Map<String, ProviderEntry> shared() {
    return snapshot.shared;
  }

  /// Swaps the tenants' providers and retires those that are no longer there.
  void swap(Map<TenantId, Map<String, ProviderEntry>> owned) {
    Snapshot before = snapshot;
    snapshot = new Snapshot(before.shared, owned);
    List<ProviderEntry> kept = owned.values().stream().flatMap(m -> m.values().stream()).toList();
    before.owned.values().stream()
        .flatMap(entries -> entries.values().stream())
        .distinct()
        .filter(entry -> kept.stream().noneMatch(other -> Objects.equals(other, entry)))
        .forEach(ProviderEntry::retire);
  }

  /// Retires everything.
  public void close() {
    Snapshot before = snapshot;
    snapshot = new Snapshot(Map.of(), Map.of());
    before.shared.values().forEach(ProviderEntry::retire);
    before.owned.values().stream()
        .flatMap(entries -> entries.values().stream())
        .distinct()
        .forEach(ProviderEntry::retire);
  }
}

package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.CachePolicy;
import dev.gimbal.platform.ids.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The policies of all tenants as one immutable value, swapped whole. Thread-safe; a look costs two
/// looks into a table.
public final class CachePolicies {
  /// Stands for every route that has no policy of its own.
  public static final String EVERY = "*";

  private volatile Map<TenantId, Map<String, RoutePolicy>> policies = Map.of();

  /// What is kept of the answers of a route.
  ///
  /// @param model as the caller wrote it
  public CachePolicy of(TenantId tenant, String model) {
    RoutePolicy policy = route(tenant, model);
    return policy == null ? CachePolicy.OFF : policy.cache();
  }

  /// What is done with the prompts of a route.
  public PromptPolicy prompt(TenantId tenant, String model) {
    RoutePolicy policy = route(tenant, model);
    return policy == null ? PromptPolicy.OFF : policy.prompt();
  }

  /// What is declared for a route; null: nothing.
  ///
  /// @param model as the caller wrote it
  public @Nullable RoutePolicy route(TenantId tenant, String model) {
    Map<String, RoutePolicy> own = policies.get(tenant);
    if (own == null) {
      return null;
    }
    RoutePolicy policy = own.get(model);
    return policy != null ? policy : own.get(EVERY);
  }

  /// From now on these are the policies, by tenant and route.
  public void swap(Map<TenantId, Map<String, RoutePolicy>> next) {
    policies = Map.copyOf(next);
  }
}

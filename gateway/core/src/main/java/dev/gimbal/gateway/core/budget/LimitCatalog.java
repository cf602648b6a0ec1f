package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LimitSet;
import dev.gimbal.platform.ids.TenantId;
import java.util.Map;

/// The limits of all tenants as one immutable value, swapped whole. Thread-safe.
final class LimitCatalog {
  private volatile Map<TenantId, LimitSet> sets = Map.of();

  LimitSet of(TenantId tenant) {
    return sets.getOrDefault(tenant, LimitSet.EMPTY);
  }

  void swap(Map<TenantId, LimitSet> next) {
    sets = Map.copyOf(next);
  }
}

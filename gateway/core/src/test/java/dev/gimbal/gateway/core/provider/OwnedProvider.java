package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.platform.ids.TenantId;
import java.util.Map;

/// A tenant's own provider without a database.
public final class OwnedProvider {
  private OwnedProvider() {}

  public static void swapIn(ProviderCatalog catalog, TenantId tenant, Provider provider) {
    catalog.swap(Map.of(tenant, Map.of(provider.name(), new ProviderEntry(provider))));
  }
}

package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.core.GatewayConfig;
import dev.gimbal.gateway.core.GatewayModule.Vendors;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.platform.ids.Slug;
import java.util.LinkedHashMap;
import java.util.Map;

/// The providers of every tenant: those in this process and those of the configuration.
public final class SharedProviders {
  private SharedProviders() {}

  /// @throws IllegalArgumentException naming the setting, if a provider cannot be made
  public static Map<String, ProviderEntry> create(GatewayConfig config, Vendors vendors) {
    Map<String, ProviderEntry> shared = new LinkedHashMap<>();
    for (Provider provider : vendors.inProcess()) {
      add(shared, provider);
    }
    for (GatewayConfig.SharedProvider declared : config.providers()) {
      add(shared, make(config, vendors, declared));
    }
    return Map.copyOf(shared);
  }

  private static void add(Map<String, ProviderEntry> shared, Provider provider) {
    if (shared.put(provider.name(), new ProviderEntry(provider)) != null) {
      throw new IllegalArgumentException(
          "gateway.providers: two providers are named " + provider.name());
    }
  }

  private static Provider make(
      GatewayConfig config, Vendors vendors, GatewayConfig.SharedProvider declared) {
    if (Slug.of(declared.name()).isEmpty()) {
      throw new IllegalArgumentException(
          "gateway.providers: \"" + declared.name() + "\" is not a name");
    }
    ProviderFactory factory =
        vendors.factories().stream()
            .filter(f -> f.dialect().equals(declared.dialect()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "gateway.providers: there is no dialect " + declared.dialect()));
    String credential =
        declared.credential() == null ? null : CredentialReference.read(declared.credential());
    return factory.create(
        new ProviderSettings(
            declared.name(), declared.baseUrl(), credential, config.allowPrivateUpstreams()));
  }
}

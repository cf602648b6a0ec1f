package dev.gimbal.gateway.provider.azure;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;

/// Makes the factory of Azure OpenAI's providers.
public final class AzureModule {
  private AzureModule() {}

  /// Dialect `azure`. A base address that ends in `/openai/v1` speaks the version without dates;
  /// any other the dated one, `?api-version=` behind it says which date.
  public static ProviderFactory create(HttpProviderConfig config, Vertx vertx) {
    return new ProviderFactory() {
      @Override
      public String dialect() {
        return "azure";
      }

      @Override
      public void check(ProviderSettings settings) {
        AzureAddress address = AzureAddress.of(settings);
        factory(address).check(address.bare());
      }

      @Override
      public Provider create(ProviderSettings settings) {
        AzureAddress address = AzureAddress.of(settings);
        return factory(address).create(address.bare());
      }

      private ProviderFactory factory(AzureAddress address) {
        return HttpProviders.factory("azure", bare -> new AzureWire(address), config, vertx);
      }
    };
  }
}

package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import io.vertx.core.Vertx;
import java.util.function.Function;

/// Makes the factory of one vendor's providers.
public final class HttpProviders {
  private HttpProviders() {}

  /// @param dialect as people declare it: `openai`
  /// @param wire what the vendor at an address wants
  public static ProviderFactory factory(
      String dialect,
      Function<ProviderSettings, VendorWire> wire,
      HttpProviderConfig config,
      Vertx vertx) {
    return new ProviderFactory() {
      @Override
      public String dialect() {
        return dialect;
      }

      @Override
      public void check(ProviderSettings settings) {
        new Upstream(vertx, settings).resolve();
      }

      @Override
      public Provider create(ProviderSettings settings) {
        return new HttpProvider(config, vertx, settings, wire.apply(settings));
      }
    };
  }
}

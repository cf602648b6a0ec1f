package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
    return factory(dialect, null, wire, config, vertx);
  }

  /// @param baseUrl where its providers are unless they say otherwise; null: they must say
  public static ProviderFactory factory(
      String dialect,
      @Nullable String baseUrl,
      Function<ProviderSettings, VendorWire> wire,
      HttpProviderConfig config,
      Vertx vertx) {
    return new ProviderFactory() {
      @Override
      public String dialect() {
        return dialect;
      }

      @Override
      public Optional<String> baseUrl() {
        return Optional.ofNullable(baseUrl);
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

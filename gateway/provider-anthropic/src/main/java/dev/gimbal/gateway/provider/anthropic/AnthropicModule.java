package dev.gimbal.gateway.provider.anthropic;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;

/// Makes the factory of providers that speak Anthropic's dialect.
public final class AnthropicModule {
  private AnthropicModule() {}

  public static ProviderFactory create(HttpProviderConfig config, Vertx vertx) {
    return HttpProviders.factory("anthropic", settings -> new AnthropicWire(), config, vertx);
  }
}

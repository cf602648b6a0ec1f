package dev.gimbal.gateway.provider.gemini;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;

/// Makes the factory of providers that speak Gemini's dialect.
public final class GeminiModule {
  private GeminiModule() {}

  public static ProviderFactory create(HttpProviderConfig config, Vertx vertx) {
    return HttpProviders.factory("gemini", settings -> new GeminiWire(), config, vertx);
  }
}

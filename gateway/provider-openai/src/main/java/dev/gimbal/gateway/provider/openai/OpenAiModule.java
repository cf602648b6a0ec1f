package dev.gimbal.gateway.provider.openai;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;

/// Makes the factory of providers that speak OpenAI's dialect.
public final class OpenAiModule {
  private OpenAiModule() {}

  public static ProviderFactory create(HttpProviderConfig config, Vertx vertx) {
    return HttpProviders.factory("openai", OpenAiWire::of, config, vertx);
  }
}

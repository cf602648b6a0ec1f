package dev.gimbal.gateway.provider.openai;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import io.vertx.core.Vertx;

/// Makes the factory of providers that speak OpenAI's dialect.
public final class OpenAiModule {
  private OpenAiModule() {}

  public static ProviderFactory create(OpenAiConfig config, Vertx vertx) {
    return new ProviderFactory() {
      @Override
      public String dialect() {
        return "openai";
      }

      @Override
      public void check(ProviderSettings settings) {
        new Upstream(vertx, settings).resolve();
      }

      @Override
      public Provider create(ProviderSettings settings) {
        return new OpenAiProvider(config, vertx, settings);
      }
    };
  }
}

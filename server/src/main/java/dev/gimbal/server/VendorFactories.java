package dev.gimbal.server;

import dev.gimbal.gateway.provider.anthropic.AnthropicModule;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.azure.AzureModule;
import dev.gimbal.gateway.provider.gemini.GeminiModule;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.provider.rerank.RerankModule;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/// The vendors that a provider can be declared of. A new one is a module, and a line here.
final class VendorFactories {
  private VendorFactories() {}

  static List<ProviderFactory> create(Vertx vertx) {
    HttpProviderConfig config = HttpProviderConfig.DEFAULT;
    List<ProviderFactory> factories = new ArrayList<>(OpenAiModule.presets(config, vertx));
    factories.add(OpenAiModule.create(config, vertx));
    factories.add(AnthropicModule.create(config, vertx));
    factories.add(GeminiModule.create(config, vertx));
    factories.add(AzureModule.create(config, vertx));
    factories.addAll(RerankModule.create(config, vertx));
    return factories;
  }
}

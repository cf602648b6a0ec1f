package dev.gimbal.gateway.provider.openai;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/// Makes the factory of providers that speak OpenAI's dialect.
public final class OpenAiModule {
  private OpenAiModule() {}

  public static ProviderFactory create(HttpProviderConfig config, Vertx vertx) {
    return HttpProviders.factory("openai", OpenAiWire::of, config, vertx);
  }

  /// The factories of vendors that are compatible with OpenAI and known by name (`vllm`, `ollama`,
  /// `deepseek`, `dashscope`, `moonshot`, `zhipu`), and of endpoints that are asked for
  /// responses by every chat dialect (`openai-responses`).
  public static List<ProviderFactory> presets(HttpProviderConfig config, Vertx vertx) {
    List<ProviderFactory> factories = new ArrayList<>();
    for (Preset preset : Preset.NAMED) {
      OpenAiWire wire = new OpenAiWire(preset);
      factories.add(
          HttpProviders.factory(
              preset.dialect(), preset.baseUrl(), settings -> wire, config, vertx));
    }
    return factories;
  }
}

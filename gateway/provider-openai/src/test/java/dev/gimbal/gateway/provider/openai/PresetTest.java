package dev.gimbal.gateway.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import io.vertx.core.Vertx;
import java.net.URI;
import org.junit.jupiter.api.Test;

class PresetTest {
  private static OpenAiWire at(String url) {
    return OpenAiWire.of(new ProviderSettings("x", URI.create(url), null, false));
  }

  @Test
  void shouldKnowEachVendorByItsNameAndItsPlace() {
    Vertx vertx = Vertx.vertx();
    try {
      assertThat(OpenAiModule.presets(HttpProviderConfig.DEFAULT, vertx))
          .extracting(ProviderFactory::dialect)
          .containsExactly(
              "openai-responses", "vllm", "ollama", "deepseek", "dashscope", "moonshot", "zhipu");
      assertThat(OpenAiModule.presets(HttpProviderConfig.DEFAULT, vertx))
          .filteredOn(factory -> !factory.dialect().equals("openai-responses"))
          .allSatisfy(factory -> assertThat(factory.baseUrl()).isPresent());
    } finally {
      vertx.close();
    }
  }

  @Test
  void shouldAskOpenAiItselfForWhatOnlyItHas() {
    assertThat(at("https://api.openai.com/v1").speaks(Endpoint.RESPONSES))
        .contains(Endpoint.RESPONSES);
    assertThat(at("https://api.openai.com/v1").quirks()).isEqualTo(Quirks.OPENAI);
    assertThat(at("https://api.openai.com/v1").speaks(Endpoint.RERANK)).isEmpty();
    assertThat(at("https://example.com/v1").speaks(Endpoint.RESPONSES))
        .contains(Endpoint.CHAT_COMPLETIONS);
    assertThat(at("https://example.com/v1").speaks(Endpoint.RERANK)).contains(Endpoint.RERANK);
  }

  @Test
  void shouldTranslateForAVendorThatHasChatOnly() {
    OpenAiWire deepSeek =
        new OpenAiWire(
            Preset.NAMED.stream()
                .filter(preset -> preset.dialect().equals("deepseek"))
                .findFirst()
                .orElseThrow());

    assertThat(deepSeek.speaks(Endpoint.MESSAGES)).contains(Endpoint.CHAT_COMPLETIONS);
    assertThat(deepSeek.speaks(Endpoint.EMBEDDINGS)).isEmpty();
    assertThat(deepSeek.speaks(Endpoint.COUNT_TOKENS)).isEmpty();
  }
}

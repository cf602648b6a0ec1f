package dev.gimbal.gateway.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The paths that Azure documents.
class AzureWireTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close();
  }

  private static String path(String url, Endpoint endpoint, String tail) {
    ProviderSettings settings = new ProviderSettings("a", URI.create(url), null, false);
    return new AzureWire(AzureAddress.of(settings)).path(call(endpoint), tail);
  }

  private static UpstreamRequest call(Endpoint endpoint) {
    return new UpstreamRequest(
        VERTX.getOrCreateContext(),
        endpoint,
        "my gpt",
        Buffer.buffer(),
        false,
        null,
        Duration.ZERO,
        EmbedRequest.Priority.INTERACTIVE,
        TraceContext.begin(),
        null);
  }

  @Test
  void shouldSpellBothInterfaces() {
    String dated = "https://x.openai.azure.com";
    String undated = "https://x.openai.azure.com/openai/v1/";

    assertThat(path(dated, Endpoint.EMBEDDINGS, ""))
        .isEqualTo("/openai/deployments/my%20gpt/embeddings?api-version=2024-10-21");
    assertThat(path(undated, Endpoint.EMBEDDINGS, "")).isEqualTo("/embeddings");
    assertThat(path(undated + "?api-version=preview", Endpoint.RESPONSES, ""))
        .isEqualTo("/responses?api-version=preview");
    assertThat(path(dated, Endpoint.FILES, "/file-1/content"))
        .isEqualTo("/openai/files/file-1/content?api-version=2024-10-21");
    assertThat(path(dated, Endpoint.FILES, "?limit=2"))
        .isEqualTo("/openai/files?limit=2&api-version=2024-10-21");
    assertThat(path(dated, Endpoint.TRANSCRIPTIONS, ""))
        .isEqualTo("/openai/deployments/my%20gpt/audio/transcriptions?api-version=2024-10-21");
  }
}

package dev.gimbal.gateway.provider.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RerankModuleTest {
  private static final String BODY =
      "{\"model\":\"rerank-v3.5\",\"query\":\"q\",\"documents\":[\"a\"],\"top_n\":1}";
  private final Vertx vertx = Vertx.vertx();
  private final ScenarioUpstream upstream = ScenarioUpstream.start(vertx);

  @AfterEach
  void close() throws Exception {
    upstream.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private ProviderFactory factory(String dialect) {
    return RerankModule.create(HttpProviderConfig.DEFAULT, vertx).stream()
        .filter(f -> f.dialect().equals(dialect))
        .findFirst()
        .orElseThrow();
  }

  private Provider provider(String dialect, String behind) {
    URI url = URI.create("http://127.0.0.1:" + upstream.port() + behind);
    return factory(dialect).create(new ProviderSettings("r", url, "key-1", true));
  }

  @ParameterizedTest
  @CsvSource({"cohere,'',/v2/rerank", "cohere,/v2,/v2/rerank", "jina,/v1,/v1/rerank"})
  void shouldAskEachVendorAtItsOwnPath(String dialect, String behind, String path) {
    try (Provider provider = provider(dialect, behind)) {
      Context context = vertx.getOrCreateContext();
      context.runOnContext(v -> provider.start(request(context), new Deaf()));

      var call = upstream.awaitCall(1);
      assertThat(call.path()).isEqualTo(path);
      assertThat(Buffer.buffer(call.body()).toString()).isEqualTo(BODY);
      assertThat(call.headers().get("authorization")).isEqualTo("Bearer key-1");
    }
  }

  private static UpstreamRequest request(Context context) {
    return new UpstreamRequest(
        context,
        Endpoint.RERANK,
        "rerank-v3.5",
        Buffer.buffer(BODY),
        false,
        null,
        Duration.ofSeconds(20),
        EmbedRequest.Priority.INTERACTIVE,
        TraceContext.begin(),
        null);
  }

  @Test
  void shouldNotChat() {
    try (Provider provider = provider("cohere", "")) {
      assertThat(provider.speaks(Endpoint.CHAT_COMPLETIONS)).isEmpty();
      assertThat(provider.speaks(Endpoint.RERANK)).contains(Endpoint.RERANK);
    }
  }

  @Test
  void shouldKnowWhereItsVendorsAre() {
    assertThat(factory("cohere").baseUrl()).contains("https://api.cohere.com");
    assertThat(factory("jina").baseUrl()).contains("https://api.jina.ai");
  }

  private static final class Deaf implements UpstreamListener {
    @Override
    public void head(int status, MultiMap headers) {}

    @Override
    public void data(Buffer bytes) {}

    @Override
    public void end() {}

    @Override
    public void failed(GatewayException failure) {}
  }
}

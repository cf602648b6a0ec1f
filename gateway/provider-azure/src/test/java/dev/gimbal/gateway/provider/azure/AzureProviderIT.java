package dev.gimbal.gateway.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.testing.ProviderContractTest;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AzureProviderIT extends ProviderContractTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private Vertx vertx;
  private ScenarioUpstream upstream;

  @Override
  protected Provider create(Vertx made) {
    vertx = made;
    upstream = ScenarioUpstream.start(made);
    return at("?api-version=2025-04-01-preview");
  }

  private Provider at(String behind) {
    URI url = URI.create("http://127.0.0.1:" + upstream.port() + behind);
    ProviderSettings settings = new ProviderSettings("azure", url, "key-1", true);
    return AzureModule.create(HttpProviderConfig.DEFAULT, vertx).create(settings);
  }

  @Override
  protected String model() {
    return "plain";
  }

  @Override
  protected String slowModel() {
    return "slow-60";
  }

  @Test
  void shouldPutTheDeploymentInThePathAndTheKeyInItsOwnHeader() throws Exception {
    CompletableFuture<HttpServerRequest> came = new CompletableFuture<>();
    upstream.on(
        "/openai/deployments/plain/chat/completions",
        call -> {
          came.complete(call);
          call.response().putHeader("content-type", "application/json").end("{}");
        });

    start("plain", false).end(PATIENCE);

    HttpServerRequest call = came.get(20, TimeUnit.SECONDS);
    assertThat(call.query()).isEqualTo("api-version=2025-04-01-preview");
    assertThat(call.getHeader("api-key")).isEqualTo("key-1");
    assertThat(call.headers().contains("authorization")).isFalse();
  }

  @Test
  void shouldKeepTheBodyAsItIs() throws Exception {
    start("plain", false).end(PATIENCE);

    Received call = upstream.received().getFirst();
    assertThat(call.path()).isEqualTo("/openai/deployments/plain/chat/completions");
    assertThat(call.model()).isEqualTo("plain");
  }

  @Test
  void shouldKnowResponsesAtTheUndatedInterfaceOnly() {
    try (Provider undated = at("/openai/v1");
        Provider dated = at("")) {
      assertThat(undated.speaks(Endpoint.RESPONSES)).contains(Endpoint.RESPONSES);
      assertThat(dated.speaks(Endpoint.RESPONSES)).contains(Endpoint.CHAT_COMPLETIONS);
      assertThat(dated.speaks(Endpoint.RERANK)).isEmpty();
      assertThat(dated.quirks()).isEqualTo(Quirks.OPENAI);
    }
  }

  @Test
  void shouldRefuseAnotherQueryInItsAddress() {
    assertThatThrownBy(() -> at("?x=1")).isInstanceOf(GatewayException.class);
    assertThatThrownBy(() -> at("?api-version=1&x=1")).isInstanceOf(GatewayException.class);
  }
}

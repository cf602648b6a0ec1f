package dev.gimbal.gateway.provider.rerank;

import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.http.HttpProviders;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;

/// Makes the factories of Cohere's and Jina's providers.
public final class RerankModule {
  private static final RerankWire COHERE = new RerankWire(Map.of(Endpoint.RERANK, "/v2/rerank"));
  private static final RerankWire JINA =
      new RerankWire(Map.of(Endpoint.RERANK, "/v1/rerank", Endpoint.EMBEDDINGS, "/v1/embeddings"));

  private RerankModule() {}

  /// Dialects `cohere` and `jina`.
  public static List<ProviderFactory> create(HttpProviderConfig config, Vertx vertx) {
    return List.of(
        HttpProviders.factory(
            "cohere", "https://api.cohere.com", settings -> COHERE, config, vertx),
        HttpProviders.factory("jina", "https://api.jina.ai", settings -> JINA, config, vertx));
  }
}

package dev.gimbal.gateway.provider.rerank;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.VendorWire;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A vendor of rankings. Bodies pass: the vendors agree in `model`, `query`, `documents`, `top_n`
/// and in `results[].index` and `relevance_score`, and each judges the rest itself.
///
/// @param paths of what it has
record RerankWire(Map<Endpoint, String> paths) implements VendorWire {

  RerankWire {
    paths = Map.copyOf(paths);
  }

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return paths.containsKey(asked) ? Optional.of(asked) : Optional.empty();
  }

  @Override
  public String path(UpstreamRequest call) {
    return Objects.requireNonNull(paths.get(call.endpoint()), "asked for what it does not speak");
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return credential == null ? Map.of() : Map.of("authorization", "Bearer " + credential);
  }

  @Override
  public String modelsPath() {
    return "/v1/models";
  }

  /// What they list says nothing of a kind that we have a word for.
  @Override
  public List<Model> models(JsonNode listed) {
    return List.of();
  }
}

package dev.gimbal.gateway.provider.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A vendor without ways of its own, but that `beta` is sent as it is.
final class PlainWire implements VendorWire {

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return Optional.of(asked);
  }

  @Override
  public String path(UpstreamRequest call) {
    return "/v1/calls";
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return Map.of();
  }

  @Override
  public Map<String, String> headers(UpstreamRequest call) {
    return call.beta() == null ? Map.of() : Map.of("x-beta", call.beta());
  }

  @Override
  public String modelsPath() {
    return "/v1/models";
  }

  @Override
  public List<Model> models(JsonNode listed) {
    return List.of();
  }
}

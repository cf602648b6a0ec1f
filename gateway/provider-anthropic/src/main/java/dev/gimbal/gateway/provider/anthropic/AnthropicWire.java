package dev.gimbal.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.VendorWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Anthropic's endpoint, version 2023-06-01, which is the only one there is.
final class AnthropicWire implements VendorWire {
  private static final String VERSION = "2023-06-01";

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return switch (asked) {
      case MESSAGES, CHAT_COMPLETIONS, RESPONSES, GENERATE_CONTENT ->
          Optional.of(Endpoint.MESSAGES);
      case COUNT_TOKENS -> Optional.of(asked);
      default -> Optional.empty();
    };
  }

  @Override
  public String path(UpstreamRequest call) {
    boolean counts = call.endpoint() == Endpoint.COUNT_TOKENS;
    return counts ? "/v1/messages/count_tokens" : "/v1/messages";
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return credential == null
        ? Map.of("anthropic-version", VERSION)
        : Map.of("anthropic-version", VERSION, "x-api-key", credential);
  }

  @Override
  public Map<String, String> headers(UpstreamRequest call) {
    return call.beta() == null ? Map.of() : Map.of("anthropic-beta", call.beta());
  }

  @Override
  public String modelsPath() {
    return "/v1/models?limit=1000";
  }

  @Override
  public List<Model> models(JsonNode listed) {
    List<Model> models = new ArrayList<>();
    for (JsonNode model : listed.path("data")) {
      String name = model.path("id").asText();
      if (!name.isEmpty()) {
        models.add(new Model(name, Model.Kind.CHAT, null, null, null, false));
      }
    }
    return models;
  }
}

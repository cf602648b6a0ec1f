package dev.gimbal.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.VendorWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// OpenAI and every endpoint that is compatible with it.
final class OpenAiWire implements VendorWire {
  private static final Set<String> OWN_HOSTS = Set.of("api.openai.com", "eu.api.openai.com");

  private final boolean responses;

  /// Most compatible endpoints have chat only, so that responses are asked of OpenAI itself alone.
  static OpenAiWire of(ProviderSettings settings) {
    return new OpenAiWire(OWN_HOSTS.contains(String.valueOf(settings.baseUrl().getHost())));
  }

  /// @param responses whether the endpoint speaks the newer dialect too
  OpenAiWire(boolean responses) {
    this.responses = responses;
  }

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return Optional.of(responses && asked == Endpoint.RESPONSES ? asked : asked.common());
  }

  @Override
  public String path(UpstreamRequest call) {
    return switch (call.endpoint()) {
      case CHAT_COMPLETIONS -> "/chat/completions";
      case COMPLETIONS -> "/completions";
      case EMBEDDINGS -> "/embeddings";
      case RESPONSES -> "/responses";
      case MESSAGES, GENERATE_CONTENT ->
          throw new IllegalArgumentException("no endpoint for " + call.endpoint());
    };
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return credential == null ? Map.of() : Map.of("authorization", "Bearer " + credential);
  }

  @Override
  public String modelsPath() {
    return "/models";
  }

  /// An endpoint does not say what its models do: a name with `embed` in it embeds.
  @Override
  public List<Model> models(JsonNode listed) {
    List<Model> models = new ArrayList<>();
    for (JsonNode model : listed.path("data")) {
      String name = model.path("id").asText();
      boolean embeds = name.toLowerCase(Locale.ROOT).contains("embed");
      Model.Kind kind = embeds ? Model.Kind.EMBEDDING : Model.Kind.CHAT;
      if (!name.isEmpty()) {
        models.add(new Model(name, kind, null, null, null, false));
      }
    }
    return models;
  }
}

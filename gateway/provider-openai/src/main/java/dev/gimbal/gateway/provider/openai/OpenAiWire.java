package dev.gimbal.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.OpenAiPaths;
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

  private final Preset preset;

  static OpenAiWire of(ProviderSettings settings) {
    boolean own = OWN_HOSTS.contains(String.valueOf(settings.baseUrl().getHost()));
    return new OpenAiWire(own ? Preset.OPENAI : Preset.COMPATIBLE);
  }

  OpenAiWire(Preset preset) {
    this.preset = preset;
  }

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    Set<Endpoint> spoken = preset.endpoints();
    if (spoken.contains(asked)) {
      return Optional.of(asked);
    }
    Endpoint common = asked.common();
    boolean byResponses = common == Endpoint.CHAT_COMPLETIONS && !spoken.contains(common);
    Endpoint asks = byResponses ? Endpoint.RESPONSES : common;
    return spoken.contains(asks) ? Optional.of(asks) : Optional.empty();
  }

  @Override
  public Quirks quirks() {
    return preset.quirks();
  }

  @Override
  public String path(UpstreamRequest call) {
    return OpenAiPaths.of(call.endpoint());
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

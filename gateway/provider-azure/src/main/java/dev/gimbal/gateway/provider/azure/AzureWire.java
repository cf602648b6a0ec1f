package dev.gimbal.gateway.provider.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.OpenAiPaths;
import dev.gimbal.gateway.provider.http.VendorWire;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Azure OpenAI, both interfaces. A model's name is the name of a deployment.
final class AzureWire implements VendorWire {
  private static final Set<Endpoint> DATED =
      Set.of(
          Endpoint.CHAT_COMPLETIONS,
          Endpoint.COMPLETIONS,
          Endpoint.EMBEDDINGS,
          Endpoint.IMAGE_GENERATIONS,
          Endpoint.IMAGE_EDITS,
          Endpoint.SPEECH,
          Endpoint.TRANSCRIPTIONS,
          Endpoint.AUDIO_TRANSLATIONS,
          Endpoint.FILES);

  private final AzureAddress address;

  AzureWire(AzureAddress address) {
    this.address = address;
  }

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    boolean responses = asked == Endpoint.RESPONSES && !address.dated();
    Endpoint spoken = responses ? asked : asked.common();
    return responses || DATED.contains(spoken) ? Optional.of(spoken) : Optional.empty();
  }

  @Override
  public Quirks quirks() {
    return Quirks.OPENAI;
  }

  @Override
  public String path(UpstreamRequest call) {
    return path(call, "");
  }

  @Override
  public String path(UpstreamRequest call, String tail) {
    String behind = OpenAiPaths.of(call.endpoint()) + tail;
    String path = address.dated() ? dated(call, behind) : behind;
    String version = address.version();
    if (version == null) {
      return path;
    }
    return path + (path.indexOf('?') < 0 ? '?' : '&') + "api-version=" + version;
  }

  private static String dated(UpstreamRequest call, String behind) {
    if (call.endpoint() == Endpoint.FILES) {
      return "/openai" + behind;
    }
    String deployment = URLEncoder.encode(call.model(), StandardCharsets.UTF_8);
    return "/openai/deployments/" + deployment.replace("+", "%20") + behind;
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return credential == null ? Map.of() : Map.of("api-key", credential);
  }

  @Override
  public String modelsPath() {
    return address.dated() ? "/openai/models?api-version=" + address.version() : "/models";
  }

  /// Azure lists what could be deployed, not what is: nothing of it can be called by its name.
  @Override
  public List<Model> models(JsonNode listed) {
    return List.of();
  }
}

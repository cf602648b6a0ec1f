package dev.gimbal.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.http.VendorWire;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gemini's endpoint, `v1beta`: model and stream stand in the path.
final class GeminiWire implements VendorWire {
  private static final String PREFIX = "models/";

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return switch (asked) {
      case GENERATE_CONTENT, CHAT_COMPLETIONS, MESSAGES, RESPONSES ->
          Optional.of(Endpoint.GENERATE_CONTENT);
      case COUNT_CONTENT, EMBED_CONTENT, BATCH_EMBED_CONTENTS -> Optional.of(asked);
      default -> Optional.empty();
    };
  }

  @Override
  public String path(UpstreamRequest call) {
    String model = URLEncoder.encode(call.model(), StandardCharsets.UTF_8).replace("+", "%20");
    return "/v1beta/models/" + model + verb(call);
  }

  private static String verb(UpstreamRequest call) {
    return switch (call.endpoint()) {
      case COUNT_CONTENT -> ":countTokens";
      case EMBED_CONTENT -> ":embedContent";
      case BATCH_EMBED_CONTENTS -> ":batchEmbedContents";
      default -> call.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
    };
  }

  @Override
  public Map<String, String> headers(@Nullable String credential) {
    return credential == null ? Map.of() : Map.of("x-goog-api-key", credential);
  }

  @Override
  public String modelsPath() {
    return "/v1beta/models?pageSize=1000";
  }

  @Override
  public List<Model> models(JsonNode listed) {
    List<Model> models = new ArrayList<>();
    for (JsonNode model : listed.path("models")) {
      String name = model.path("name").asText();
      String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
      if (!bare.isEmpty() && methods(model).contains("generateContent")) {
        models.add(new Model(bare, Model.Kind.CHAT, null, null, null, false));
      }
    }
    return models;
  }

  private static List<String> methods(JsonNode model) {
    List<String> methods = new ArrayList<>();
    model.path("supportedGenerationMethods").forEach(method -> methods.add(method.asText()));
    return methods;
  }
}

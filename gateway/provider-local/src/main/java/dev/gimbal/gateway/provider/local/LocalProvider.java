package dev.gimbal.gateway.provider.local;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import java.util.List;
import java.util.Map;

/// The models in this process, `local/…`.
final class LocalProvider implements Provider {
  private static final Map<String, EmbeddingModelFile> EMBEDDINGS =
      Map.of(
          EmbeddingModelFile.ENGLISH.name(), EmbeddingModelFile.ENGLISH,
          EmbeddingModelFile.CHINESE.name(), EmbeddingModelFile.CHINESE);

  private final EmbeddingEngine engine;

  LocalProvider(LocalConfig config) {
    this.engine = new EmbeddingEngine(config);
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<Model> models() {
    return EMBEDDINGS.values().stream()
        .map(
            file ->
                new Model(
                    file.name(),
                    Model.Kind.EMBEDDING,
                    file.dimensions(),
                    EmbeddingModelFile.WINDOW,
                    file.queryPrefix(),
                    false))
        .sorted((left, right) -> left.name().compareTo(right.name()))
        .toList();
  }

  @Override
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    EmbeddingModelFile file = EMBEDDINGS.get(request.model());
    if (file == null) {
      return refuse(request, listener, GatewayError.MODEL_UNKNOWN, "is not a local model");
    }
    if (request.endpoint() != UpstreamRequest.Endpoint.EMBEDDINGS) {
      return refuse(request, listener, GatewayError.MODEL_MISMATCHED, "embeds, it does not write");
    }
    EmbeddingCall call = new EmbeddingCall(engine, file, request, listener);
    call.start();
    return call;
  }

  private static UpstreamCall refuse(
      UpstreamRequest request, UpstreamListener listener, GatewayError error, String why) {
    request
        .context()
        .runOnContext(
            ignored ->
                listener.failed(
                    new GatewayException(error, "local/" + request.model() + " " + why)));
    return EmbeddingCall.NONE;
  }

  @Override
  public void close() {
    engine.close();
  }
}

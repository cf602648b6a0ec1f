package dev.gimbal.gateway.provider.local;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.local.generation.GenerationEngine;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The models on this machine, `local/…`: those that embed in this process, those that write in
/// child processes.
final class LocalProvider implements Provider {
  static final Map<String, EmbeddingModelFile> EMBEDDINGS =
      Map.of(
          EmbeddingModelFile.ENGLISH.name(), EmbeddingModelFile.ENGLISH,
          EmbeddingModelFile.CHINESE.name(), EmbeddingModelFile.CHINESE);

  private final EmbeddingEngine engine;
  private final GenerationEngine generation;
  private final List<Model> models;

  LocalProvider(LocalConfig config, Clock clock) {
    this.engine = new EmbeddingEngine(config);
    this.generation = new GenerationEngine(config.models(), clock);
    this.models = models(generation);
  }

  private static List<Model> models(GenerationEngine generation) {
    return Stream.concat(
            EMBEDDINGS.values().stream()
                .map(
                    file ->
                        new Model(
                            file.name(),
                            Model.Kind.EMBEDDING,
                            file.dimensions(),
                            EmbeddingModelFile.WINDOW,
                            file.queryPrefix(),
                            false)),
            generation.models().stream())
        .sorted((left, right) -> left.name().compareTo(right.name()))
        .toList();
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<Model> models() {
    return models;
  }

  @Override
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    boolean embeds = request.endpoint() == UpstreamRequest.Endpoint.EMBEDDINGS;
    if (generation.has(request.model())) {
      return embeds
          ? refuse(request, listener, GatewayError.MODEL_MISMATCHED, "writes, it does not embed")
          : generation.start(request, listener);
    }
    EmbeddingModelFile file = EMBEDDINGS.get(request.model());
    if (file == null) {
      return refuse(request, listener, GatewayError.MODEL_UNKNOWN, "is not a local model");
    }
    if (!embeds) {
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

  /// Process ids of models that are loaded now, for tests that kill them.
  List<Long> pids() {
    return generation.pids();
  }

  @Override
  public void close() {
    generation.close();
    engine.close();
  }
}

package dev.gimbal.gateway.provider.local.generation;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The models that users name. Thread-safe; its methods do not block.
public final class GenerationEngine implements AutoCloseable {
  private final Map<String, GenerationModel> models = new LinkedHashMap<>();
  private final SchemaGrammar grammar = new SchemaGrammar();
  private final Clock clock;

  /// Starts no process yet; reads the front of each file, and logs a line for one that cannot be
  /// served.
  public GenerationEngine(Map<String, GenerationConfig> configs, Clock clock) {
    this.clock = clock;
    configs.forEach((name, config) -> models.put(name, new GenerationModel(name, config)));
  }

  /// The models, without the provider's name.
  public List<Model> models() {
    return models.values().stream().map(GenerationModel::model).toList();
  }

  /// Whether a model of this name is here.
  public boolean has(String name) {
    return models.containsKey(name);
  }

  /// Starts a call of a model that is here; see
  /// [dev.gimbal.gateway.provider.api.Provider#start].
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    GenerationModel model = models.get(request.model());
    if (model == null) {
      throw new IllegalArgumentException("there is no model " + request.model());
    }
    GenerationCall call = new GenerationCall(model, grammar, clock, request, listener);
    call.start();
    return call;
  }

  /// Process ids of the models that are loaded now, for tests that kill them.
  public List<Long> pids() {
    return models.values().stream().flatMap(model -> model.child().pids().stream()).toList();
  }

  @Override
  public void close() {
    models.values().forEach(GenerationModel::close);
    grammar.close();
  }
}

package dev.gimbal.gateway.provider.local.child;

import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.process.SharedChildServer;
import java.nio.file.Path;

/// The process that holds one model. Its parent kills it: the engine's own threads would keep it
/// alive, and closing a model that is in use hangs.
public final class GenerationChild {
  /// Name of the system property with the model's file.
  public static final String FILE = "gimbal.model.file";

  /// Name of the system property with the tokens of a call's context; 0: see [Generator].
  public static final String CONTEXT = "gimbal.model.context";

  /// Name of the system property with the threads that compute.
  public static final String THREADS = "gimbal.model.threads";

  /// Name of the system property with the calls that run at once.
  public static final String PARALLEL = "gimbal.model.parallel";

  private GenerationChild() {}

  public static void main(String[] arguments) {
    Generator generator =
        new Generator(
            Path.of(System.getProperty(FILE)),
            Integer.getInteger(CONTEXT, 0),
            Integer.getInteger(THREADS, 1),
            Integer.getInteger(PARALLEL, 1));
    SharedChildServer.serve(
        (request, answer) ->
            Json.bytes(
                generator.generate(
                    Json.MAPPER.readValue(request, GenerationRequest.class), answer)));
  }
}

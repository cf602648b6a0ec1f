package dev.gimbal.gateway.provider.local.generation;

import java.nio.file.Path;
import java.time.Duration;

/// One model file and how it runs.
///
/// @param file GGUF
/// @param context tokens that a call sees at a time, 64 to 1,048,576; 0: as many as the model was
///     trained for, at most 4,096
/// @param threads that compute, 1 to 256; 0: one a processor but one
/// @param parallel calls that run at once, 1 to 64; each takes memory for a context of its own
/// @param waiting calls that may wait for one of them, 0 to 10,000
/// @param unloadAfter the process ends when the model had no work for so long
public record GenerationConfig(
    Path file, int context, int threads, int parallel, int waiting, Duration unloadAfter) {

  /// A file with everything else left to us.
  public static GenerationConfig of(Path file) {
    return new GenerationConfig(file, 0, 0, 2, 64, Duration.ofMinutes(10));
  }

  public GenerationConfig {
    if (context != 0 && (context < 64 || context > 1 << 20)) {
      throw new IllegalArgumentException("context must be 64 to 1048576, or 0, but is " + context);
    }
    if (threads < 0 || threads > 256) {
      throw new IllegalArgumentException("threads must be 0 to 256, but is " + threads);
    }
    if (parallel < 1 || parallel > 64) {
      throw new IllegalArgumentException("parallel must be 1 to 64, but is " + parallel);
    }
    if (waiting < 0 || waiting > 10_000) {
      throw new IllegalArgumentException("waiting must be 0 to 10000, but is " + waiting);
    }
    if (!unloadAfter.isPositive()) {
      throw new IllegalArgumentException("unload-after must be positive, but is " + unloadAfter);
    }
  }
}

package dev.gimbal.gateway.provider.local;

import dev.gimbal.gateway.provider.local.generation.GenerationConfig;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Models on this machine.
///
/// @param threads texts embedded at once, for interactive and for bulk work each: 1 to 256
/// @param waitingTexts texts that may wait for a thread, each: 1 to 100,000
/// @param models that write, by the name that callers use behind `local/`: a slug
public record LocalConfig(int threads, int waitingTexts, Map<String, GenerationConfig> models) {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,99}");

  /// A thread a core, no model that writes.
  public static final LocalConfig DEFAULT =
      new LocalConfig(Math.min(256, Runtime.getRuntime().availableProcessors()), 4096, Map.of());

  public LocalConfig {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be 1 to 256, but is " + threads);
    }
    if (waitingTexts < 1 || waitingTexts > 100_000) {
      throw new IllegalArgumentException(
          "waiting-texts must be 1 to 100000, but is " + waitingTexts);
    }
    models = Collections.unmodifiableMap(new TreeMap<>(models));
    for (String name : models.keySet()) {
      if (!SLUG.matcher(name).matches() || LocalProvider.EMBEDDINGS.containsKey(name)) {
        throw new IllegalArgumentException(
            "models must have names like qwen2.5:7b, none of a packaged model, but one is " + name);
      }
    }
  }
}

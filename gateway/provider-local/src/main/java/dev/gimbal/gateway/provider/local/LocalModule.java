package dev.gimbal.gateway.provider.local;

import dev.gimbal.gateway.provider.api.Provider;
import java.time.Clock;

/// The module's only door for wiring.
public final class LocalModule {
  private LocalModule() {}

  /// The provider `local`. Loads nothing and starts no process until it is called; a model file
  /// that cannot be served is said in the log.
  public static Provider create(LocalConfig config, Clock clock) {
    // The tokenizer asks a cloud's metadata address where it runs, and reports that it does.
    System.setProperty("OPT_OUT_TRACKING", "true");
    return new LocalProvider(config, clock);
  }
}

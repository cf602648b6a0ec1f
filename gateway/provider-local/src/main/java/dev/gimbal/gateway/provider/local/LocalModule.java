package dev.gimbal.gateway.provider.local;

import dev.gimbal.gateway.provider.api.Provider;

/// The module's only door for wiring.
public final class LocalModule {
  private LocalModule() {}

  /// The provider `local`. Loads nothing until it is called.
  public static Provider create(LocalConfig config) {
    return new LocalProvider(config);
  }
}

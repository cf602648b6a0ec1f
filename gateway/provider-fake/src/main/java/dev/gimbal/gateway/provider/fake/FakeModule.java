package dev.gimbal.gateway.provider.fake;

import dev.gimbal.gateway.provider.api.Provider;

/// Makes the provider `fake`.
public final class FakeModule {
  private FakeModule() {}

  public static Provider create(FakeConfig config) {
    return new FakeProvider(config);
  }
}

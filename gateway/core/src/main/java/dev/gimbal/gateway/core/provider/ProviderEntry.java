package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.provider.api.Provider;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider in use. It is closed once it was retired and its last call ended. Thread-safe.
public final class ProviderEntry {
  private static final int RETIRED = Integer.MIN_VALUE / 2;

  private final Provider provider;
  private final AtomicInteger calls = new AtomicInteger();

  ProviderEntry(Provider provider) {
    this.provider = provider;
  }

  /// The provider; use it between [#enter] and [#leave].
  public Provider provider() {
    return provider;
  }

  /// A call begins. False if the provider was retired and has closed: look it up again.
  public boolean enter() {
    if (calls.incrementAndGet() > 0) {
      return true;
    }
    calls.decrementAndGet();
    return false;
  }

  /// A call ended.
  public void leave() {
    if (calls.decrementAndGet() == RETIRED) {
      provider.close();
    }
  }

  /// Takes no more calls and closes after the last one. Once.
  void retire() {
    if (calls.addAndGet(RETIRED) == RETIRED) {
      provider.close();
    }
  }
}

package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.provider.api.Provider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider in use, once for each of its credentials. It is closed once it was retired and its
/// last call ended. Thread-safe.
public final class ProviderEntry {
  /// Name of the credential that a provider was declared with itself, also if it has none.
  public static final String DEFAULT = "default";

  private static final int RETIRED = Integer.MIN_VALUE / 2;

  private final Map<String, Provider> providers;
  private final Provider first;
  private final ProviderState state;
  private final AtomicInteger calls = new AtomicInteger();

  ProviderEntry(Provider provider) {
    this(Map.of(DEFAULT, provider), ProviderState.plain());
  }

  /// @param providers by their credential's name, at least one
  ProviderEntry(Map<String, Provider> providers, ProviderState state) {
    this.providers = new LinkedHashMap<>(providers);
    this.first = this.providers.values().iterator().next();
    this.state = state;
  }

  /// The provider with its first credential; use it between [#enter] and [#leave].
  public Provider provider() {
    return first;
  }

  /// The provider with one of its credentials; with the first if it has none of the name any more.
  public Provider provider(String credential) {
    return providers.getOrDefault(credential, first);
  }

  /// Name of the credential that [#provider()] carries.
  public String firstCredential() {
    return providers.keySet().iterator().next();
  }

  /// How many credentials it has.
  public int credentials() {
    return providers.size();
  }

  /// What was learnt of it.
  public ProviderState state() {
    return state;
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
      close();
    }
  }

  /// Takes no more calls and closes after the last one. Once.
  void retire() {
    if (calls.addAndGet(RETIRED) == RETIRED) {
      close();
    }
  }

  private void close() {
    providers.values().forEach(Provider::close);
  }
}

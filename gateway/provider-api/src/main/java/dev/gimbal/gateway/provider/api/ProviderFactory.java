package dev.gimbal.gateway.provider.api;

import java.util.Optional;

/// Makes the providers of one dialect. Thread-safe.
public interface ProviderFactory {

  /// The name of the dialect as people declare it: `openai`.
  String dialect();

  /// Where its providers are unless they say otherwise; empty: every provider must say it.
  default Optional<String> baseUrl() {
    return Optional.empty();
  }

  /// Says whether a provider could be made of this. May block: it looks the host's address up.
  ///
  /// @throws dev.gimbal.gateway.api.GatewayException `UPSTREAM_FORBIDDEN` if the address is private
  ///     and that is not allowed, `FIELD_INVALID` if the address is none
  void check(ProviderSettings settings);

  /// Makes a provider. Does not connect and does not block.
  Provider create(ProviderSettings settings);
}

package dev.gimbal.platform.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells who makes a request. Answers from memory: it is called on event loops and never blocks.
/// Thread-safe.
@FunctionalInterface
public interface Authenticator {

  /// The caller, or empty for a missing, unknown, expired or revoked credential.
  Optional<Caller> authenticate(Credentials credentials);

  /// What a request brought along. Never logged.
  ///
  /// @param key from `Authorization: Bearer`, `x-api-key`, `x-goog-api-key` or `?key=`
  /// @param session from the console's cookie; only taken into account with a valid CSRF header on
  ///     requests that change something
  record Credentials(@Nullable String key, @Nullable String session) {
    @Override
    public String toString() {
      return "Credentials[masked]";
    }
  }
}

package dev.gimbal.access.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Caller;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys that somebody declares, for a server without a database: swapped whole, and there are no
/// sessions. Thread-safe.
public final class FixedKeys implements Authenticator {
  private final InstantSource clock;
  private volatile Map<Hash, Key> keys = Map.of();

  public FixedKeys(InstantSource clock) {
    this.clock = clock;
  }

  /// A key.
  ///
  /// @param hash SHA-256 of its text
  /// @param expiresAt null: never
  public record Key(Principal principal, byte[] hash, @Nullable Instant expiresAt) {
    @Override
    public String toString() {
      return "Key[" + principal.name() + "]";
    }
  }

  /// These and no other may be used from now on.
  public void swap(List<Key> declared) {
    Map<Hash, Key> next = new HashMap<>();
    declared.forEach(key -> next.put(Hash.of(key.hash), key));
    keys = Map.copyOf(next);
  }

  @Override
  public Optional<Caller> authenticate(Credentials credentials) {
    String secret = credentials.key();
    Key key = secret == null ? null : keys.get(Hash.ofSecret(secret));
    if (key == null || (key.expiresAt != null && !clock.instant().isBefore(key.expiresAt))) {
      return Optional.empty();
    }
    return Optional.of(key.principal);
  }
}

package dev.gimbal.access.core;

import dev.gimbal.access.api.Principal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A key that may be used, in memory.
///
/// @param lastUsedMillis when it was used last on this node and not written down yet; 0: not since
record KnownKey(Principal principal, @Nullable Instant expiresAt, AtomicLong lastUsedMillis) {

  boolean validAt(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }

  void used(Instant now) {
    lastUsedMillis.lazySet(now.toEpochMilli());
  }
}

package dev.gimbal.observability.core.recent;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Some calls, newest first.
///
/// @param rest where to go on if more of the journal would have to be read for more of them:
///     calls older than this id; null: these are all, or as many as were asked for
public record RecentCalls(List<KeptCall> calls, @Nullable UUID rest) {
  public RecentCalls {
    calls = List.copyOf(calls);
  }
}

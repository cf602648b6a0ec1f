package dev.gimbal.gateway.core.guard;

import dev.gimbal.access.api.Principal;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A call as guards are chosen for it.
///
/// @param model the model or route as the caller named it
/// @param app the application that it works for; null: none
/// @param parent the call that it works for; null: none
/// @param loop runs what comes back from other threads: the call's event loop
public record GuardedCall(
    UUID call,
    Principal principal,
    String model,
    @Nullable String app,
    @Nullable UUID parent,
    Executor loop) {
  /// One that works for no other.
  public GuardedCall(
      UUID call, Principal principal, String model, @Nullable String app, Executor loop) {
    this(call, principal, model, app, null, loop);
  }
}

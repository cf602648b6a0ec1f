package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardSession.Slow;
import dev.gimbal.gateway.guard.SlowVerdict;
import java.util.concurrent.CompletionStage;

/// Asks slow guards.
interface Asker {
  /// Completes within the guard's deadline, never exceptionally, on the call's loop.
  CompletionStage<SlowVerdict> ask(Slow guard, String text);
}

package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call at its end. Tokens and money that nobody told us are null, never zero.
///
/// @param status HTTP status that the caller saw
/// @param error code of what went wrong; null if nothing did
/// @param cachedTokens the part of `inputTokens` that the provider had cached
/// @param estimated whether the token counts are our own estimate
/// @param costNanoUsd what it cost; null without a price or usage
/// @param model `provider/model` that answered, where it is another than at the opening; null: that
///     one
/// @param root whether the call stands for its trace in lists, its record being its step of the
///     trace; null where a [SpanRecord] of its own says more of it
/// @param firstByte from the opening to the first event of the answer; null if there was none
public record CallSettled(
    TenantId tenant,
    UUID id,
    Outcome outcome,
    int status,
    @Nullable String error,
    @Nullable Long inputTokens,
    @Nullable Long cachedTokens,
    @Nullable Long outputTokens,
    boolean estimated,
    @Nullable Long costNanoUsd,
    @Nullable String model,
    @Nullable Boolean root,
    @Nullable Duration firstByte,
    Duration took,
    Instant at) {

  /// The same end of a call that is its own step of its trace.
  public CallSettled asStep(boolean isRoot) {
    return new CallSettled(
        tenant,
        id,
        outcome,
        status,
        error,
        inputTokens,
        cachedTokens,
        outputTokens,
        estimated,
        costNanoUsd,
        model,
        isRoot,
        firstByte,
        took,
        at);
  }

  /// How a call ended.
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    /// The caller went away.
    CANCELLED,
    /// Refused before dispatch: a limit, a missing right.
    REFUSED,
    /// This process died while it ran.
    UNKNOWN
  }
}

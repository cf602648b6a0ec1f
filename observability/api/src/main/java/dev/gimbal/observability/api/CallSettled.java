package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call at its end. Tokens and money that nobody told us are null, never zero.
///
/// @param status HTTP status that the caller saw
/// @param error code of what went wrong; null if nothing did
/// @param cachedTokens the part of `inputTokens` that the provider had cached
/// @param estimated whether the token counts are our own estimate
/// @param costNanoUsd what it cost; null without a price or usage
/// @param savedNanoUsd what it would have cost beyond that without the cache or without a small
///     model that was asked first; below zero where that was in vain; null: nothing, or unknown
/// @param model `provider/model` that answered, where it is another than at the opening; null: that
///     one
/// @param step what the call is in its trace, where its record says all of it; null where a
///     [SpanRecord] of its own says more
/// @param hashes of what was said, where that alone is kept of it
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
    @Nullable Long savedNanoUsd,
    @Nullable String model,
    @Nullable Step step,
    @Nullable Hashes hashes,
    @Nullable Duration firstByte,
    Duration took,
    Instant at) {

  /// The same end of a call that is its own step of its trace.
  public CallSettled as(Step ofTrace, @Nullable Hashes ofContent) {
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
        savedNanoUsd,
        model,
        ofTrace,
        ofContent,
        firstByte,
        took,
        at);
  }

  /// A call as a step of its trace.
  ///
  /// @param root whether it stands for the trace in lists
  /// @param attributes what is to be said of it besides its record: strings, numbers, booleans
  public record Step(boolean root, Map<String, Object> attributes) {
    public Step {
      attributes = Map.copyOf(attributes);
    }
  }

  /// SHA-256 of the bytes that went each way, as `sha256:` and 64 hexadecimal digits; null where
  /// there were none.
  public record Hashes(@Nullable String input, @Nullable String output) {
    /// What stands before the digits.
    public static final String SAID = "sha256:";

    private static final int LENGTH = SAID.length() + 64;

    public Hashes {
      check(input);
      check(output);
    }

    private static void check(@Nullable String hash) {
      if (hash != null && (hash.length() != LENGTH || !hash.startsWith(SAID))) {
        throw new IllegalArgumentException("a hash is " + SAID + " and 64 digits, not " + hash);
      }
    }
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

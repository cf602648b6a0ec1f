package dev.gimbal.gateway.cache;

import org.jspecify.annotations.Nullable;

/// What an answer cost when the model gave it, and so what giving it again saves.
///
/// @param inputTokens as the provider told; null: it did not
/// @param outputTokens as the provider told; null: it did not
/// @param costNano in nano-USD; null: unknown
public record Bill(
    @Nullable Long inputTokens, @Nullable Long outputTokens, @Nullable Long costNano) {
  /// Nothing is known.
  public static final Bill UNKNOWN = new Bill(null, null, null);
}

package dev.gimbal.gateway.api;

import org.jspecify.annotations.Nullable;

/// Tokens and money of a call; null is unknown.
public record Usage(
    @Nullable Long inputTokens, @Nullable Long outputTokens, @Nullable Long costNanoUsd) {

  /// Nothing is known.
  public static final Usage UNKNOWN = new Usage(null, null, null);
}

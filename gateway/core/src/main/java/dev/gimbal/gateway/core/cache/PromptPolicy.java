package dev.gimbal.gateway.core.cache;

import org.jspecify.annotations.Nullable;

/// What is done with the prompts of a route on their way to a provider.
///
/// @param marks whether a call in Anthropic's dialect is marked for the provider's cache
/// @param mostTokens a longer call loses its oldest turns; null: none does
public record PromptPolicy(boolean marks, @Nullable Long mostTokens) {
  /// Prompts go as they are.
  public static final PromptPolicy OFF = new PromptPolicy(false, null);
}

package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.Nullable;

/// Tokens as a provider counted them; null is unknown, never zero.
///
/// @param input of the prompt, without those of the next two
/// @param cacheRead of the prompt, taken from the provider's cache
/// @param cacheWrite of the prompt, put into the provider's cache
/// @param output with those of reasoning
/// @param reasoning of the output
public record TokenCount(
    @Nullable Long input,
    @Nullable Long cacheRead,
    @Nullable Long cacheWrite,
    @Nullable Long output,
    @Nullable Long reasoning) {

  /// The whole prompt; null if it was not counted.
  public @Nullable Long prompt() {
    return input == null ? null : input + orZero(cacheRead) + orZero(cacheWrite);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }

  /// What `later` says, and this where it says nothing.
  public TokenCount updated(TokenCount later) {
    return new TokenCount(
        later.input == null ? input : later.input,
        later.cacheRead == null ? cacheRead : later.cacheRead,
        later.cacheWrite == null ? cacheWrite : later.cacheWrite,
        later.output == null ? output : later.output,
        later.reasoning == null ? reasoning : later.reasoning);
  }
}

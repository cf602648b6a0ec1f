package dev.gimbal.gateway.dialect.chat;

import dev.gimbal.gateway.dialect.Feature;
import java.util.Set;

/// What an upstream of this dialect knows.
///
/// @param outputLimit its name for the limit of the output: `max_tokens` or
///     `max_completion_tokens`
/// @param extensions what it understands beyond OpenAI's own form, of [ChatTarget#KNOWN]
public record ChatTarget(String outputLimit, Set<Feature> extensions) {
  /// What servers have added: `top_k`, `video_url`, media in results of tools, `cache_control`,
  /// and `reasoning_content` with `reasoning_details` in earlier answers.
  public static final Set<Feature> KNOWN =
      Set.of(
          Feature.TOP_K,
          Feature.VIDEO,
          Feature.TOOL_RESULT_MEDIA,
          Feature.CACHE_MARK,
          Feature.REASONING_REPLAY);

  /// OpenAI and Azure: their reasoning models refuse `max_tokens`, all their models know
  /// `max_completion_tokens`, and what is unknown is refused.
  public static final ChatTarget OPENAI = new ChatTarget("max_completion_tokens", Set.of());

  /// Any other server: some ignore `max_completion_tokens` without a word, so that an output would
  /// have no limit; DeepSeek and Moonshot want the thinking of earlier answers back.
  public static final ChatTarget COMPATIBLE =
      new ChatTarget("max_tokens", Set.of(Feature.REASONING_REPLAY));

  public ChatTarget {
    if (!outputLimit.equals("max_tokens") && !outputLimit.equals("max_completion_tokens")) {
      throw new IllegalArgumentException(
          "output limit must be max_tokens or max_completion_tokens, but is " + outputLimit);
    }
    if (!KNOWN.containsAll(extensions)) {
      throw new IllegalArgumentException("extensions must be of " + KNOWN + ": " + extensions);
    }
    extensions = Set.copyOf(extensions);
  }

  boolean knows(Feature feature) {
    return extensions.contains(feature);
  }
}

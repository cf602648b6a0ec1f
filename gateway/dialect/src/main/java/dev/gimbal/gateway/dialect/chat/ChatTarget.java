package dev.gimbal.gateway.dialect.chat;

import dev.gimbal.gateway.dialect.Feature;
import java.util.Set;

/// What an upstream of this dialect knows.
///
/// @param outputLimit its name for the limit of the output: `max_tokens` or
///     `max_completion_tokens`
/// @param extensions what it understands beyond OpenAI's own form, of [ChatTarget#KNOWN]
/// @param thinking how it is asked to think
/// @param choice which choices of a tool it knows
/// @param strictTools whether a tool may say `strict`
public record ChatTarget(
    String outputLimit,
    Set<Feature> extensions,
    Thinking thinking,
    Choice choice,
    boolean strictTools) {
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

  /// How an upstream is asked to think.
  public enum Thinking {
    /// `reasoning_effort`
    EFFORT,
    /// `enable_thinking` and `thinking_budget`
    SWITCH_AND_BUDGET,
    /// `thinking: {"type": "enabled"}`
    TYPE,
    /// `chat_template_kwargs: {"enable_thinking": true}`
    TEMPLATE,
    /// Nothing can be said: the model's name decides.
    MODEL
  }

  /// Which choices of a tool an upstream knows.
  public enum Choice {
    ANY,
    /// All but `required`.
    NOT_REQUIRED,
    /// `auto` and `none`
    AUTO_OR_NONE,
    /// `auto` alone; where no tool may be asked for, none is shown
    AUTO
  }

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

  /// One that thinks and chooses tools as OpenAI's do.
  public ChatTarget(String outputLimit, Set<Feature> extensions) {
    this(outputLimit, extensions, Thinking.EFFORT, Choice.ANY, true);
  }

  boolean knows(Feature feature) {
    return extensions.contains(feature);
  }
}

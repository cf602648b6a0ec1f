package dev.gimbal.gateway.provider.api;

/// What is peculiar about how an upstream of OpenAI's chat dialect takes calls. It decides how a
/// call is written that was asked in another dialect; a call in its own passes as it came.
///
/// @param outputLimit how the limit of the output is spelt
/// @param streamUsage whether a stream may be asked for its usage
/// @param thinking how thinking is asked for
/// @param toolChoice which choices of a tool it knows
/// @param strictTools whether a tool may say `strict`
/// @param replay whether it wants the thinking of earlier answers back
/// @param structured which forms of an answer it holds to by itself
public record Quirks(
    OutputLimit outputLimit,
    boolean streamUsage,
    Thinking thinking,
    ToolChoice toolChoice,
    boolean strictTools,
    boolean replay,
    Structured structured) {

  /// Of an upstream about which nothing is known.
  public static final Quirks NONE =
      new Quirks(
          OutputLimit.MAX_TOKENS,
          true,
          Thinking.REASONING_EFFORT,
          ToolChoice.ANY,
          true,
          true,
          Structured.SCHEMA);

  /// OpenAI's own, and Azure's: reasoning models refuse `max_tokens`, and unknown fields fail.
  public static final Quirks OPENAI =
      new Quirks(
          OutputLimit.MAX_COMPLETION_TOKENS,
          true,
          Thinking.REASONING_EFFORT,
          ToolChoice.ANY,
          true,
          false,
          Structured.SCHEMA);

  /// How the limit of the output is spelt.
  public enum OutputLimit {
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS
  }

  /// How thinking is asked for.
  public enum Thinking {
    /// `reasoning_effort`
    REASONING_EFFORT,
    /// `enable_thinking` and `thinking_budget`
    ENABLE_THINKING,
    /// `thinking: {"type": "enabled"}`
    THINKING_TYPE,
    /// `chat_template_kwargs: {"enable_thinking": true}`
    TEMPLATE,
    /// The model's name decides; nothing can be said.
    BY_MODEL
  }

  /// Which forms of an answer an upstream holds to by itself.
  public enum Structured {
    SCHEMA,
    /// Some JSON object, none in particular.
    JSON_OBJECT
  }

  /// Which choices of a tool it knows.
  public enum ToolChoice {
    ANY,
    /// All but `required`.
    NOT_REQUIRED,
    /// `auto` and `none`
    AUTO_OR_NONE,
    /// `auto` alone
    AUTO
  }
}

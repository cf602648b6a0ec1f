package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.Nullable;

/// Whether the model may, must or must not ask for tools.
///
/// @param name of the tool that must be used, with [Choice#NAMED]; null otherwise
/// @param parallel whether it may ask for several at once; null: not said
public record ToolUse(Choice choice, @Nullable String name, @Nullable Boolean parallel) {
  /// Nothing was said.
  public static final ToolUse DEFAULT = new ToolUse(Choice.UNSAID, null, null);

  /// What was said.
  public enum Choice {
    UNSAID,
    AUTO,
    NONE,
    REQUIRED,
    NAMED
  }
}

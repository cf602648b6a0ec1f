package dev.gimbal.gateway.provider.local.child;

import org.jspecify.annotations.Nullable;

/// How an answer ended, after its text went out in parts.
///
/// @param failure null if it was written
/// @param message why it was not; null if it was
/// @param full whether it ended because no more tokens were allowed
/// @param context tokens that the model can see at a time
public record GenerationResult(
    @Nullable Failure failure,
    @Nullable String message,
    boolean full,
    int promptTokens,
    int completionTokens,
    int context) {

  /// Why nothing was written.
  public enum Failure {
    /// The prompt leaves no room for an answer.
    CONTEXT_EXCEEDED,
    /// The file is no model that the engine can load.
    UNLOADABLE,
    /// The engine failed on this prompt.
    FAILED
  }

  static GenerationResult failed(Failure failure, String message, int promptTokens, int context) {
    return new GenerationResult(failure, message, false, promptTokens, 0, context);
  }
}

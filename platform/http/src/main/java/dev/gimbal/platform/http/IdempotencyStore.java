package dev.gimbal.platform.http;

import org.jspecify.annotations.Nullable;

/// Remembers for 24 hours which requests under an idempotency key were answered, and how.
/// Thread-safe; blocks.
public interface IdempotencyStore {

  /// Claims a key for a request or says what became of it before. Of requests that begin at the
  /// same time, one gets [Begun.First].
  ///
  /// @param caller whose key it is: keys of other principals never meet
  /// @param route method and path pattern of the route
  /// @param key as the client sent it, up to 255 characters
  /// @param bodyHash SHA-256 over the path and the body
  Begun begin(Caller caller, String route, String key, byte[] bodyHash);

  /// Stores the answer of a request that got [Begun.First].
  void finish(Caller caller, String route, String key, Answer answer);

  /// Gives up the claim of a request that failed, so that a repetition runs it.
  void abandon(Caller caller, String route, String key);

  /// What an idempotency key stands for.
  sealed interface Begun {
    /// Nobody used the key: run the request, then [#finish] or [#abandon].
    record First() implements Begun {}

    /// The request was answered before.
    record Repeated(Answer answer) implements Begun {}

    /// The request runs right now, or its node died at it less than some minutes ago.
    record Running() implements Begun {}

    /// The key was used with another body.
    record OtherBody() implements Begun {}
  }

  /// An answer to repeat.
  ///
  /// @param json body; null: none
  record Answer(int status, @Nullable String json) {}
}

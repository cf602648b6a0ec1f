package dev.gimbal.gateway.core.route;

/// Whether the answer of a small model is good enough.
public sealed interface Verdict {
  /// It is: hand it on.
  record Kept() implements Verdict {}

  /// It is not: ask the next target.
  ///
  /// @param reason in a few words, nothing of the answer in it
  record Up(String reason) implements Verdict {}
}

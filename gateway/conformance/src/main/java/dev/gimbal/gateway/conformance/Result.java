package dev.gimbal.gateway.conformance;

import dev.gimbal.gateway.conformance.wire.Wire;

/// What one case found on one pair.
///
/// @param words empty for a pass; else what was seen, said or missing
public record Result(
    int row, String title, Wire caller, Wire upstream, Verdict verdict, String words) {

  /// `12 the stream is reset, chat to gemini`
  public String name() {
    return row + " " + title + ", " + caller.label() + " to " + upstream.label();
  }
}

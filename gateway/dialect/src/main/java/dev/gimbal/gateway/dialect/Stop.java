package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.Nullable;

/// Why an answer ended.
///
/// @param sequence the text that ended it, with [Reason#STOP_SEQUENCE], where the provider says it
public record Stop(Reason reason, @Nullable String sequence) {

  public static Stop of(Reason reason) {
    return new Stop(reason, null);
  }

  /// Why.
  public enum Reason {
    END,
    STOP_SEQUENCE,
    LENGTH,
    TOOL_CALLS,
    FILTERED,
    REFUSED,
    PAUSED
  }
}

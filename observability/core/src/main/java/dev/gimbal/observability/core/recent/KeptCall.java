package dev.gimbal.observability.core.recent;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import org.jspecify.annotations.Nullable;

/// A call at its end.
///
/// @param settled null if the process died while the call ran: it is unknown, at its reserved price
public record KeptCall(CallOpened opened, @Nullable CallSettled settled) {

  /// What it cost, in nano-USD; null: nobody knows.
  @Nullable Long cost() {
    return settled == null ? opened.reservedNanoUsd() : settled.costNanoUsd();
  }

  /// Tokens of prompt and answer; 0 where nobody said them.
  long tokens() {
    if (settled == null) {
      return 0;
    }
    Long input = settled.inputTokens();
    Long output = settled.outputTokens();
    return (input == null ? 0 : input) + (output == null ? 0 : output);
  }
}

package dev.gimbal.observability.api;

import org.jspecify.annotations.Nullable;

/// A call at its end.
///
/// @param settled null if the process died while the call ran: it is unknown, at its reserved price
public record EndedCall(CallOpened opened, @Nullable CallSettled settled) {

  /// `provider/model` that answered, or that it was opened for.
  public String model() {
    String answered = settled == null ? null : settled.model();
    return answered == null ? opened.model() : answered;
  }
}

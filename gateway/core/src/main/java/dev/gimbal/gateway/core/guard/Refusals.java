package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.guard.Refusal;
import org.jspecify.annotations.Nullable;

/// What a caller hears of a refusal: the guard and the kinds of what it found, never the text.
final class Refusals {
  private Refusals() {}

  static @Nullable GatewayException of(@Nullable Refusal refusal) {
    if (refusal == null) {
      return null;
    }
    String place = refusal.place().id().replace('_', ' ');
    if (refusal.failed()) {
      return new GatewayException(
          GatewayError.GUARD_UNAVAILABLE,
          "The guard " + refusal.guard() + " cannot judge the " + place + ".");
    }
    return new GatewayException(
        GatewayError.GUARD_REFUSED,
        "The guard "
            + refusal.guard()
            + " refuses the "
            + place
            + ": "
            + String.join(", ", refusal.kinds())
            + ".");
  }
}

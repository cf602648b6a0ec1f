package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.limits.Decision.Standing;
import dev.gimbal.gateway.limits.Reservation;

/// Whether a call fits into budgets and limits.
public sealed interface SpendingDecision {

  /// How the nearest limits stand, for headers.
  Standing standing();

  /// It fits, and what it may use is held.
  record Admitted(Reservation reservation, Standing standing) implements SpendingDecision {}

  /// It does not fit.
  ///
  /// @param why `rate_limited`, `budget_spent`, `model_unpriced` or `limits_unavailable`
  record Refused(GatewayException why, Standing standing) implements SpendingDecision {}
}

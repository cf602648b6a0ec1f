package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.platform.database.Transaction;
import java.time.Instant;

/// A share of a limit was reached in its present window. Told once a window and share, by the node
/// that learnt of it.
///
/// @param share of the amount, 0.8 for four fifths
/// @param spent in the limit's unit
public record BudgetAlert(Limit limit, double share, long spent, Instant at) {

  /// Where alerts go.
  @FunctionalInterface
  public interface Listener {
    /// In the transaction that learns of it: what the listener writes there is kept if and only if
    /// the alert is. Holds the budget's row: no more than some statements.
    void raised(Transaction transaction, BudgetAlert alert);
  }
}

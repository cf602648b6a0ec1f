package dev.gimbal.gateway.limits;

/// What one call takes of one limit at most.
///
/// @param amount 0 or more, in the limit's unit
public record Demand(Limit limit, long amount) {
  public Demand {
    if (amount < 0) {
      throw new IllegalArgumentException("an amount must not be negative, but is " + amount);
    }
  }
}

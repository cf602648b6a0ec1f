package dev.gimbal.gateway.routing;

import org.jspecify.annotations.Nullable;

/// What is known of the targets while a route is planned. Answers at once, without a lock.
public interface Board {

  /// How a model does; null if it has no provider any more.
  @Nullable Health health(String model);

  /// The most that the call would cost there, in nano-USD; null if it has no price.
  @Nullable Long worstCost(String model);

  /// What a hard budget has left for the call, in nano-USD; null if none bounds it.
  default @Nullable Long budgetLeft() {
    return null;
  }
}

package dev.gimbal.gateway.routing;

/// How a route orders its targets.
public enum Policy {
  /// As declared: the next one only when the one before fails.
  ORDERED,
  /// By chance, in proportion to the weights.
  WEIGHTED,
  /// The fewest calls under way, in proportion to the weights.
  LEAST_BUSY,
  /// The shortest time to the first byte of late.
  LOWEST_LATENCY,
  /// The lowest worst cost of this call; a target without a price is the dearest.
  CHEAPEST
}

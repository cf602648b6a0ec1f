package dev.gimbal.gateway.core.surge;

import java.time.Instant;

/// An hour in which more is spent than usual.
///
/// @param hour its beginning
/// @param spentNano nano-USD of the hour so far
/// @param usualNano nano-USD of such an hour usually, whole
/// @param score how many spreads that is above the usual
public record Surge(Instant hour, long spentNano, long usualNano, double score) {}

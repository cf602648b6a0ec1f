package dev.gimbal.gateway.core.surge;

/// When spend is a surge. The numbers are assumed, not measured.
///
/// @param score how many times its usual spread an hour's spend must lie above the usual, 2 to 100
/// @param leastNano nano-USD by which it must lie above the usual at least, so that cents alarm
///     nobody; 0 or more
public record SurgeRule(double score, long leastNano) {
  /// Six spreads and five dollars.
  public static final SurgeRule DEFAULT = new SurgeRule(6, 5_000_000_000L);

  public SurgeRule {
    if (!(score >= 2 && score <= 100)) {
      throw new IllegalArgumentException("score must be 2 to 100, but is " + score);
    }
    if (leastNano < 0) {
      throw new IllegalArgumentException("least must not be negative, but is " + leastNano);
    }
  }
}

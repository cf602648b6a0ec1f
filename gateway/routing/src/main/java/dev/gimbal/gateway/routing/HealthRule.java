package dev.gimbal.gateway.routing;

import java.time.Duration;

/// When a target counts as broken and for how long.
///
/// @param window the last calls that count, 1 to 1,000
/// @param least as many calls must have ended before rates count, 1 to the window
/// @param failureRate at this share of failed calls the breaker opens, above 0 to 1
/// @param slowRate at this share of slow calls the breaker opens, above 0 to 1
/// @param slow a call whose first byte takes as long is slow
/// @param open how long the breaker stays open the first time; it doubles, five times at most,
///     with each time that the probes fail too
/// @param probes calls that are let through to find out whether the target is back
public record HealthRule(
    int window,
    int least,
    double failureRate,
    double slowRate,
    Duration slow,
    Duration open,
    int probes) {

  /// Assumed, not measured: a target fails for good within seconds, and a model may think for half
  /// a
  /// minute.
  public static final HealthRule DEFAULT =
      new HealthRule(100, 20, 0.5, 0.8, Duration.ofSeconds(30), Duration.ofSeconds(5), 5);

  public HealthRule {
    within("window", window, 1, 1_000);
    within("least", least, 1, window);
    within("probes", probes, 1, 100);
    rate("failureRate", failureRate);
    rate("slowRate", slowRate);
    if (!slow.isPositive() || !open.isPositive()) {
      throw new IllegalArgumentException("slow and open must be positive: " + slow + ", " + open);
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }

  private static void rate(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be above 0 and at most 1, but is " + value);
    }
  }
}

package dev.gimbal.gateway.cache;

/// From which similarity on two questions are taken for one, learnt from what became of earlier
/// hits. The update is that of adaptive conformal inference (Gibbs and Candès, "Adaptive conformal
/// inference under distribution shift", 2021): after each judged hit the threshold moves by
/// `RATE * (wrong - TARGET)`, so that in the long run the share of wrong hits is `TARGET` however
/// questions drift, if marks are honest. A refusal of the [SameQuestion] and a hit that nobody
/// marked count as a tenth of a mark. It never leaves its bounds. Thread-safe.
final class Threshold {
  /// Where it starts: see docs/CACHE.md for the curve that it was read from.
  static final double START = 0.95;

  static final double FLOOR = 0.92;
  static final double CEILING = 0.995;

  /// The share of wrong ones among marked hits that it steers for.
  static final double TARGET = 0.02;

  private static final double RATE = 0.02;
  private static final double UNMARKED = 0.1;

  private double value = START;

  synchronized double value() {
    return value;
  }

  /// Somebody marked a hit.
  void marked(boolean wrong) {
    move(wrong ? 1 - TARGET : -TARGET);
  }

  /// The verifier refused a pair that was similar enough.
  void refused() {
    move(UNMARKED * (1 - TARGET));
  }

  /// A hit was given.
  void given() {
    move(-UNMARKED * TARGET);
  }

  private synchronized void move(double error) {
    value = Math.clamp(value + RATE * error, FLOOR, CEILING);
  }
}

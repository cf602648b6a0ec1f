package dev.gimbal.gateway.injection;

/// How much over-defence is borne for how much is caught. The thresholds that stand for them are
/// part of the weights: each is the score that the named share of harmless texts, held back from
/// training by template, stays below.
public enum Profile {
  /// One harmless text in a hundred is taken for an attack.
  BALANCED(0.01),
  /// One in twenty.
  STRICT(0.05);

  private final double overDefence;

  Profile(double overDefence) {
    this.overDefence = overDefence;
  }

  /// The share of harmless held-back texts that is taken for an attack.
  public double overDefence() {
    return overDefence;
  }
}

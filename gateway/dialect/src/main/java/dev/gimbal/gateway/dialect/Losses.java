package dev.gimbal.gateway.dialect;

import java.util.EnumSet;
import java.util.Set;

/// What a writer could not say. For one thread at a time.
public final class Losses {
  private final Set<Feature> harmless = EnumSet.noneOf(Feature.class);
  private final Set<Feature> harmful = EnumSet.noneOf(Feature.class);

  /// The answer is right without it: a mark for a cache, the caller's name.
  public void harmless(Feature feature) {
    harmless.add(feature);
  }

  /// The answer would be another one.
  public void harmful(Feature feature) {
    harmful.add(feature);
  }

  public Set<Feature> harmless() {
    return Set.copyOf(harmless);
  }

  public Set<Feature> harmful() {
    return Set.copyOf(harmful);
  }
}

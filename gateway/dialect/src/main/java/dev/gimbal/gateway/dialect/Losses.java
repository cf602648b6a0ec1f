package dev.gimbal.gateway.dialect;

import java.util.Collections;
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

  /// In the order of the features, so that the same call gets the same words each time.
  public Set<Feature> harmless() {
    return Collections.unmodifiableSet(EnumSet.copyOf(harmless));
  }

  /// In the order of the features.
  public Set<Feature> harmful() {
    return Collections.unmodifiableSet(EnumSet.copyOf(harmful));
  }
}

package dev.gimbal.knowledge.core.answers;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether passages support an answer at all.
///
/// @param strength 0 to 1
/// @param missing terms of the question that no passage near the top holds
record Support(double strength, List<String> missing) {
  private static final int LOOKED_AT = 5;
  // Below the first an embedding says "something else", above the second "the same thing".
  private static final double FAR = 0.55;
  private static final double NEAR = 0.85;

  /// Judges by how much of what is asked for stands in one passage, and by how near it lies.
  ///
  /// @param similarities of the passages to the question, -1 to 1, NaN if unknown
  static Support of(List<Evidence> passages, Weights weights, double[] similarities) {
    double strength = 0;
    Set<String> all = new HashSet<>();
    for (int at = 0; at < Math.min(LOOKED_AT, passages.size()); at++) {
      Set<String> terms = terms(passages.get(at));
      all.addAll(terms);
      double coverage = weights.coverage(terms);
      double nearness =
          Double.isNaN(similarities[at])
              ? coverage
              : Math.clamp((similarities[at] - FAR) / (NEAR - FAR), 0, 1);
      strength = Math.max(strength, (coverage + nearness) / 2);
    }
    return new Support(strength, weights.missing(all));
  }

  static Set<String> terms(Evidence passage) {
    return Terms.held(passage.context() + "\n" + passage.text());
  }
}

package dev.gimbal.knowledge.core.answers;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much each term of a question says: a term that few passages hold says much.
final class Weights {
  private final Map<String, Double> weights = new HashMap<>();
  private final double total;

  /// @param passages among which rarity is counted
  Weights(Set<String> question, List<Set<String>> passages) {
    double sum = 0;
    for (String term : question) {
      long holding = passages.stream().filter(terms -> terms.contains(term)).count();
      double weight = Math.log(1 + (passages.size() + 1.0) / (holding + 0.5));
      weights.put(term, weight);
      sum += weight;
    }
    this.total = sum;
  }

  /// The share of the question's weight that these terms hold, 0 to 1; 1 if the question has none.
  double coverage(Collection<String> terms) {
    if (total == 0) {
      return 1;
    }
    double held = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      if (terms.contains(weight.getKey())) {
        held += weight.getValue();
      }
    }
    return held / total;
  }

  /// The question's terms that none of these texts holds.
  List<String> missing(Collection<String> terms) {
    return weights.keySet().stream().filter(term -> !terms.contains(term)).sorted().toList();
  }
}

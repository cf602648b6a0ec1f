package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// How much each term of a question says: a term that few passages of the collection hold says
/// much. Immutable.
final class Weights {
  private final Map<String, Double> weights = new HashMap<>();
  private final double total;
  private final double most;

  /// @param question its terms, each with the word that it stands for
  /// @param frequencies of these words
  Weights(Map<String, String> question, Frequencies frequencies) {
    double sum = 0;
    long passages = frequencies.passages();
    for (Map.Entry<String, String> term : question.entrySet()) {
      long held = Math.min(passages, frequencies.holding().getOrDefault(term.getValue(), 0L));
      double weight = Math.log(1 + (passages - held + 0.5) / (held + 0.5));
      weights.put(term.getKey(), weight);
      sum += weight;
    }
    this.total = sum;
    this.most = Math.log(1 + (passages + 0.5) / 0.5);
  }

  /// Every term says the same.
  static Weights even(String text) {
    return new Weights(Terms.surfaces(text), new Frequencies(0, Map.of()));
  }

  /// The share of the question's weight that these terms hold, 0 to 1; 1 if the question has none.
  double coverage(Collection<String> terms) {
    return total == 0 ? 1 : held(terms) / total;
  }

  /// The weight of the question's terms among these, in terms that no passage holds.
  double mass(Collection<String> terms) {
    return most == 0 ? 0 : held(terms) / most;
  }

  /// Whether some of these terms are the question's.
  boolean any(Collection<String> terms) {
    return weights.keySet().stream().anyMatch(terms::contains);
  }

  /// Whether some of these terms are the question's and not among those held already.
  boolean more(Collection<String> held, Collection<String> terms) {
    return weights.keySet().stream().anyMatch(term -> terms.contains(term) && !held.contains(term));
  }

  private double held(Collection<String> terms) {
    double held = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      if (terms.contains(weight.getKey())) {
        held += weight.getValue();
      }
    }
    return held;
  }
}

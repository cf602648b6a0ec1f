package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.store.Hash;
import java.util.List;
import java.util.Map;

/// Where vectors of passages and of sentences come from. Thread-safe.
public interface Vectors {

  /// Those of passages, each by the model that its chunk names; without those that have none.
  Map<Hash, float[]> ofPassages(List<Evidence> passages);

  /// Those of sentences by a model, in their order; empty if they cannot be had in time.
  List<float[]> ofSentences(String model, List<String> sentences);
}

package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.search.PassageSearch;
import dev.gimbal.knowledge.core.store.HitStore;
import dev.gimbal.knowledge.core.store.StoredChunk;

/// A passage that may support an answer.
///
/// @param score as the search gave it
public record Evidence(HitStore.HitRow row, double score) {

  static Evidence of(PassageSearch.Ranked ranked) {
    return new Evidence(ranked.row(), ranked.score());
  }

  StoredChunk chunk() {
    return row.chunk();
  }

  String text() {
    return row.chunk().text();
  }

  String context() {
    return row.chunk().context();
  }
}

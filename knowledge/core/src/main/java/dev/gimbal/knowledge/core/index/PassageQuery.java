package dev.gimbal.knowledge.core.index;

import java.util.Map;

/// A search.
///
/// @param text what is looked for, never read as query syntax; its writing also says how far the
///     vectors of each model are to be trusted
/// @param keywords whether its words are looked for, or only its vectors
/// @param vectors of the text by model name; empty for keywords only
/// @param filter what passages must fulfil, applied inside the search
/// @param limit 1 to 1,000
public record PassageQuery(
    String text, boolean keywords, Map<String, float[]> vectors, Filter filter, int limit) {

  /// Looks for the words, if there are any, and the vectors.
  public PassageQuery(String text, Map<String, float[]> vectors, Filter filter, int limit) {
    this(text, true, vectors, filter, limit);
  }

  public PassageQuery {
    vectors = Map.copyOf(vectors);
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit must be 1 to 1,000, but is " + limit);
    }
  }
}

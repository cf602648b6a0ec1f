package dev.gimbal.knowledge.core.index;

import java.util.Map;

/// A search.
///
/// @param text what is looked for, never read as query syntax; empty for vectors only
/// @param vectors of the text by model name; empty for keywords only
/// @param filter what passages must fulfil, applied inside the search
/// @param limit 1 to 1,000
public record PassageQuery(String text, Map<String, float[]> vectors, Filter filter, int limit) {
  public PassageQuery {
    vectors = Map.copyOf(vectors);
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit must be 1 to 1,000, but is " + limit);
    }
  }
}

package dev.gimbal.knowledge.api;

/// What is looked for.
///
/// @param query in the user's words, never read as query syntax; at most 8 KiB
/// @param limit how many passages, 1 to 1,000
public record SearchRequest(String query, Retrieval retrieval, int limit, SearchFilter filter) {

  /// The most passages that one search gives.
  public static final int MOST = 1_000;

  public SearchRequest {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit must be 1 to 1,000, but is " + limit);
    }
  }
}

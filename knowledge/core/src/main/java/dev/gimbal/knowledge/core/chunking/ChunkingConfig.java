package dev.gimbal.knowledge.core.chunking;

/// How large chunks are, in tokens of a BERT vocabulary, estimated from above.
///
/// @param targetTokens to which short neighbours are merged, 32 to `mostTokens`
/// @param mostTokens that text and context have together, 64 to 8,192: what the embedding model
///     sees of a text
public record ChunkingConfig(int targetTokens, int mostTokens) {

  public static final ChunkingConfig DEFAULT = new ChunkingConfig(128, 510);

  public ChunkingConfig {
    if (mostTokens < 64 || mostTokens > 8192) {
      throw new IllegalArgumentException("most-tokens must be 64 to 8,192, but is " + mostTokens);
    }
    if (targetTokens < 32 || targetTokens > mostTokens) {
      throw new IllegalArgumentException(
          "target-tokens must be 32 to " + mostTokens + ", but is " + targetTokens);
    }
  }
}

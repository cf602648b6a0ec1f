package dev.gimbal.knowledge.core.chunking;

/// Wiring of chunking.
public final class ChunkingModule {
  private ChunkingModule() {}

  /// A chunker that follows the document's structure.
  public static Chunker create(ChunkingConfig config) {
    return new StructureChunker(config);
  }
}

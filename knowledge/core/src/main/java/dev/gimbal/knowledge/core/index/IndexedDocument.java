package dev.gimbal.knowledge.core.index;

import dev.gimbal.knowledge.core.chunking.Chunk;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A document version as the index takes it.
///
/// @param created the document's own date, else when it was put in
/// @param metadata what the caller and the document said of it; each is a filter
public record IndexedDocument(
    UUID document,
    String title,
    String format,
    Instant created,
    Map<String, String> metadata,
    List<Passage> passages) {

  public IndexedDocument {
    metadata = Map.copyOf(metadata);
    passages = List.copyOf(passages);
  }

  /// A chunk with its vectors by model name; empty while embedding is off.
  public record Passage(Chunk chunk, Map<String, float[]> vectors) {
    public Passage {
      vectors = Map.copyOf(vectors);
    }
  }
}

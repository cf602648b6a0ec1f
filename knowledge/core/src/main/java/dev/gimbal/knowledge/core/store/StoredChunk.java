package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.chunking.Chunk;
import java.util.UUID;

/// A chunk as the database has it.
///
/// @param model that embeds it
/// @param hash of what is embedded of it
public record StoredChunk(
    UUID version,
    int ordinal,
    int start,
    int end,
    String text,
    String context,
    String language,
    String model,
    Locator locator,
    Hash hash) {

  /// As an index takes it.
  public Chunk chunk() {
    return new Chunk(ordinal, start, end, text, context, language, locator);
  }

  StoredChunk with(String filled) {
    return new StoredChunk(
        version, ordinal, start, end, filled, context, language, model, locator, hash);
  }
}

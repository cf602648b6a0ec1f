package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;
import java.util.concurrent.CompletionStage;

/// Gives the vector of a question. Thread-safe; nothing blocks.
@FunctionalInterface
public interface Embedder {

  /// @param language as in ISO 639-1, for whoever has a model a language
  /// @return of any length but always the same one for a language; its length need not be 1. A
  ///     failure, or one that takes longer than the cache waits, is a miss
  CompletionStage<float[]> embed(TenantId tenant, String language, String text);
}

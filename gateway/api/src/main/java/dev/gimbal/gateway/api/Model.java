package dev.gimbal.gateway.api;

import org.jspecify.annotations.Nullable;

/// A model that can be called.
///
/// @param name `provider/model`
/// @param dimensions of its vectors, for embedding models; null otherwise
/// @param maxTokens the longest text that it sees; null if unknown
/// @param queryPrefix what a question must begin with before it is embedded; null: nothing
/// @param scripted whether it is not a model at all but plays a script (`fake/…`)
public record Model(
    String name,
    Kind kind,
    @Nullable Integer dimensions,
    @Nullable Integer maxTokens,
    @Nullable String queryPrefix,
    boolean scripted) {

  /// What a model does.
  public enum Kind {
    CHAT,
    EMBEDDING
  }
}

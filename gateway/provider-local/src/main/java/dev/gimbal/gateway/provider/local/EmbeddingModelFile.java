package dev.gimbal.gateway.provider.local;

import org.jspecify.annotations.Nullable;

/// An embedding model that ships with the distribution.
///
/// @param name as callers write it behind `local/`
/// @param resource its file on the class path; the tokenizer lies beside it
/// @param dimensions of its vectors
/// @param queryPrefix what its authors say a question begins with
record EmbeddingModelFile(
    String name, String resource, int dimensions, @Nullable String queryPrefix) {
  /// What the BERT encoders behind these models see at most.
  static final int WINDOW = 512;

  static final EmbeddingModelFile ENGLISH =
      new EmbeddingModelFile(
          "bge-small-en-v1.5",
          "bge-small-en-v1.5-q",
          384,
          "Represent this sentence for searching relevant passages: ");

  static final EmbeddingModelFile CHINESE =
      new EmbeddingModelFile(
          "bge-small-zh-v1.5", "bge-small-zh-v1.5-q", 512, "为这个句子生成表示以用于检索相关文章：");
}

package dev.gimbal.knowledge.api;

/// How passages are found.
public enum Retrieval {
  /// Words and meaning, fused.
  HYBRID,
  /// Words only.
  KEYWORD,
  /// Meaning only.
  VECTOR
}

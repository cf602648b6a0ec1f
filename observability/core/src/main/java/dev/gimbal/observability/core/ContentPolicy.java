package dev.gimbal.observability.core;

/// How much of what was said is kept.
public enum ContentPolicy {
  /// Bodies as they were, and what a person would search for.
  FULL,
  /// The SHA-256 of bodies: enough to prove that two were the same; no searchable text.
  HASH,
  /// Neither bodies nor searchable text.
  OFF
}

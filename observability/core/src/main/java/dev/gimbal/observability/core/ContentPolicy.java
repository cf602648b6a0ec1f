package dev.gimbal.observability.core;

/// How much of what was said is kept.
public enum ContentPolicy {
  /// Bodies as they were, and what a person would search for.
  FULL,
  /// Bodies and searchable text with labels such as `[email]` in place of personal data and secrets
  /// that have a form; what cannot be looked at is hashed.
  REDACTED,
  /// The SHA-256 of bodies: enough to prove that two were the same; no searchable text.
  HASH,
  /// Neither bodies nor searchable text.
  OFF
}

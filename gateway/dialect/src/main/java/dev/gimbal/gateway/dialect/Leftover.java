package dev.gimbal.gateway.dialect;

/// A field of a call that has no place in [ModelRequest].
///
/// @param field as the caller wrote it: `messages[2].content[0].annotations`
/// @param harmless whether the answer is right without it, as without `metadata`
public record Leftover(String field, boolean harmless) {}

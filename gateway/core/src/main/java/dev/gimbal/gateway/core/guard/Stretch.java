package dev.gimbal.gateway.core.guard;

/// Some bytes of a body, within one text of it.
///
/// @param start of the first one
/// @param end behind the last one
public record Stretch(int start, int end) {}

package dev.gimbal.gateway.dialect;

/// How a caller wants its stream.
///
/// @param id the answer's id where the provider gives none
/// @param created seconds since 1970 where the provider gives none
/// @param usage whether tokens were asked for, where a dialect leaves that to the caller
/// @param array whether it is a JSON array instead of events, in the dialect that has both
public record StreamForm(String id, long created, boolean usage, boolean array) {}

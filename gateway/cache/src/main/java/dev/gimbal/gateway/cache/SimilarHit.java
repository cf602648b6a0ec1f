package dev.gimbal.gateway.cache;

/// An answer that was given because the question meant the same.
///
/// @param similarity the cosine of the two questions' vectors
public record SimilarHit(String route, double similarity) {}

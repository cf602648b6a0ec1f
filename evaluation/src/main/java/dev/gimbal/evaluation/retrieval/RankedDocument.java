package dev.gimbal.evaluation.retrieval;

/// A document in a ranking.
///
/// @param score higher is better
public record RankedDocument(String document, double score) {}

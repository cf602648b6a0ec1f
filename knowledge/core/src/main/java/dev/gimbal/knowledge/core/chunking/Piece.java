package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.knowledge.api.Locator;

/// A block, or a part of one that does not fit.
///
/// @param start in code points
/// @param tokens estimated
/// @param header what is said again in the context of a later part of a table: its first row
/// @param alone a part of a block that was cut, which nothing else joins
record Piece(
    int start,
    int end,
    int tokens,
    String header,
    boolean alone,
    boolean heading,
    Locator locator) {}

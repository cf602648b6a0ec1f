package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;

/// Something on a page that reading order is found for.
sealed interface Piece {
  Box box();

  /// Words on one base line without a wide gap.
  record Segment(String text, Box box, float baseline, float size, boolean bold) implements Piece {}

  /// A table that was found by its rules.
  record Grid(MarkdownTable table, Box box) implements Piece {}
}

package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;

/// What a page's layout comes to, in reading order.
sealed interface Item {
  int page();

  /// A paragraph, an item of a list or a heading; which, the whole document's fonts tell.
  ///
  /// @param lines how many lines it had
  record Words(int page, String text, float size, boolean bold, int lines) implements Item {}

  /// A table.
  record Table(int page, MarkdownTable table) implements Item {}
}

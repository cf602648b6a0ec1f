package dev.gimbal.knowledge.api;

import java.util.List;
import java.util.Map;

/// A document as text with its structure.
///
/// @param format one of `pdf docx pptx xlsx html md txt csv eml epub`
/// @param title from the document itself, else from its file name
/// @param text normalised to NFC and LF and no further; tables are Markdown in it
/// @param blocks cover the text in order without overlap; between them lies white space only
/// @param metadata what the document says of itself: `author`, `created`, `from`, `subject` …
public record ParsedDocument(
    String format, String title, String text, List<Block> blocks, Map<String, String> metadata) {

  public ParsedDocument {
    blocks = List.copyOf(blocks);
    metadata = Map.copyOf(metadata);
  }

  /// A piece of structure.
  ///
  /// @param start of the block in the text, in code points
  /// @param end behind it
  /// @param level of a heading, 1 to 6; 0 for anything else
  /// @param headings the headings that it stands under, outermost first; not itself
  public record Block(
      Kind kind, int start, int end, int level, List<String> headings, Locator locator) {
    public Block {
      headings = List.copyOf(headings);
      if (start < 0 || end < start) {
        throw new IllegalArgumentException(
            "range must not be negative, but is " + start + "-" + end);
      }
    }
  }

  /// The kinds of block.
  public enum Kind {
    HEADING,
    PARAGRAPH,
    LIST_ITEM,
    TABLE,
    CODE
  }
}

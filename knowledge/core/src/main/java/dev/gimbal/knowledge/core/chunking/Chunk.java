package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.knowledge.api.Locator;

/// A stretch of a document that is found and shown as one.
///
/// @param ordinal its place among the document's chunks, from 0
/// @param start in the document's text, in code points
/// @param end behind it
/// @param text exactly what stands between `start` and `end`
/// @param context title and heading path: indexed and embedded with the text, never shown as text
/// @param language as in `en`, `zh`
public record Chunk(
    int ordinal,
    int start,
    int end,
    String text,
    String context,
    String language,
    Locator locator) {

  /// What is embedded: the context, a line break, the text.
  public String embedded() {
    return context.isEmpty() ? text : context + '\n' + text;
  }
}

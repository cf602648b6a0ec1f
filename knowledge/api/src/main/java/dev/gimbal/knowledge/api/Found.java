package dev.gimbal.knowledge.api;

import java.util.List;
import java.util.UUID;

/// What a search found.
///
/// @param passages by falling score
/// @param trace id of the trace that recorded it
public record Found(List<Passage> passages, String trace) {
  public Found {
    passages = List.copyOf(passages);
  }

  /// A passage of a document.
  ///
  /// @param version number of the document's version, from 1
  /// @param start in the version's text, in code points
  /// @param end behind it
  /// @param text exactly what stands between `start` and `end`
  /// @param context title and headings that it stands under; not part of the text
  /// @param score fused, 0 to 1
  /// @param keyword normalised BM25 score; NaN if it was not asked for
  /// @param vector normalised similarity; NaN if it was not asked for
  public record Passage(
      UUID document,
      int version,
      String title,
      Locator locator,
      int start,
      int end,
      String text,
      String context,
      String language,
      double score,
      double keyword,
      double vector) {}
}

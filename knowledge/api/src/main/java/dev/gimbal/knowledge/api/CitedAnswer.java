package dev.gimbal.knowledge.api;

import dev.gimbal.gateway.api.Usage;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An answer and the places that it rests on.
///
/// @param citations in the order of their markers; of a refusal: the nearest passages
/// @param usage of the model that wrote it; unknown if none did
/// @param conversation that it was kept in; null if none
/// @param trace id of the trace that recorded it
public record CitedAnswer(
    String text,
    AnswerKind kind,
    List<Citation> citations,
    Usage usage,
    @Nullable UUID conversation,
    String trace) {
  public CitedAnswer {
    citations = List.copyOf(citations);
  }

  /// A place that an answer rests on.
  ///
  /// @param marker its number, which stands in the answer as `[1]`
  /// @param start of the place in the version's text, in code points
  /// @param end behind it
  /// @param quote exactly what stands between `start` and `end`
  /// @param url opens the place in the console
  public record Citation(
      int marker,
      UUID document,
      int version,
      String title,
      Locator locator,
      int start,
      int end,
      String quote,
      String url) {}
}

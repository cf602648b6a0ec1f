package dev.gimbal.knowledge.engine.parser;

import java.time.Duration;

/// Limits of reading documents.
///
/// @param children at most so many files are read at once, each in a process of its own, 1 to
///     64
/// @param heapMebibytes heap of each, 64 to 16,384
/// @param deadline how long one file may take
/// @param fileBytesAtMost a larger file is refused unread
/// @param textCharactersAtMost a document with more text is refused
/// @param pagesAtMost a document with more pages, slides or sheets is refused
/// @param nice how far reading steps back behind interactive work, 0 to 19
public record ParserConfig(
    int children,
    int heapMebibytes,
    Duration deadline,
    long fileBytesAtMost,
    int textCharactersAtMost,
    int pagesAtMost,
    int nice) {

  /// Two files at once, a minute each, 200 MB, 20 million characters, 5,000 pages.
  public static final ParserConfig DEFAULT =
      new ParserConfig(2, 512, Duration.ofSeconds(60), 200_000_000L, 20_000_000, 5_000, 10);

  public ParserConfig {
    requireRange("children", children, 1, 64);
    requireRange("heap-mebibytes", heapMebibytes, 64, 16_384);
    requireRange("file-bytes-at-most", fileBytesAtMost, 1, Long.MAX_VALUE);
    requireRange("text-characters-at-most", textCharactersAtMost, 1, 200_000_000);
    requireRange("pages-at-most", pagesAtMost, 1, 1_000_000);
    requireRange("nice", nice, 0, 19);
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline must be more than nothing, but is " + deadline);
    }
  }

  private static void requireRange(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, but is %d".formatted(field, least, most, value));
    }
  }
}

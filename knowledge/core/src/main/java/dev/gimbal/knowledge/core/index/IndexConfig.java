package dev.gimbal.knowledge.core.index;

/// How the index of a node works.
///
/// @param openCollections how many collections may be open at a time, 1 to 10,000; the one unused
///     for longest is closed when another is needed
/// @param bufferMegabytes of memory in which one collection's new passages wait before they are
///     written, 1 to 1,024
/// @param vectorWeight share of vector similarity in a fused score, 0 to 1; the rest is BM25's
/// @param candidates how many passages each of BM25 and vectors brings to the fusion at least, 10
///     to 10,000
public record IndexConfig(
    int openCollections, int bufferMegabytes, double vectorWeight, int candidates) {

  public static final IndexConfig DEFAULT = new IndexConfig(64, 16, 0.55, 200);

  public IndexConfig {
    within("open-collections", openCollections, 1, 10_000);
    within("buffer-megabytes", bufferMegabytes, 1, 1024);
    within("candidates", candidates, 10, 10_000);
    if (!(vectorWeight >= 0 && vectorWeight <= 1)) {
      throw new IllegalArgumentException("vector-weight must be 0 to 1, but is " + vectorWeight);
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }
}

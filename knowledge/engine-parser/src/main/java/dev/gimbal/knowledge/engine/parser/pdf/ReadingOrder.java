package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Splits a page into columns of text, read one after the other. A gutter is a place that few
/// segments cross while many long ones lie on both sides; what crosses it (a title, a wide
/// table) parts the columns above from those below.
final class ReadingOrder {
  private static final int LINES_A_COLUMN = 5;

  /// Lines of running text are longer than cells of a table.
  private static final int LETTERS_A_LINE = 18;

  private static final int DEEPEST = 4;

  private ReadingOrder() {}

  /// Regions in reading order; the pieces in each are ordered from the top.
  static List<List<Piece>> regions(List<Piece> pieces) {
    List<List<Piece>> regions = new ArrayList<>();
    split(pieces, 0, regions);
    return regions;
  }

  private static void split(List<Piece> pieces, int depth, List<List<Piece>> regions) {
    Optional<Float> gutter = depth < DEEPEST ? gutter(pieces) : Optional.empty();
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.sort(Comparator.comparingDouble(piece -> piece.box().top()));
    if (gutter.isEmpty()) {
      if (!sorted.isEmpty()) {
        regions.add(sorted);
      }
      return;
    }
    float x = gutter.get();
    List<Piece> left = new ArrayList<>();
    List<Piece> right = new ArrayList<>();
    List<Piece> across = new ArrayList<>();
    for (Piece piece : sorted) {
      if (crosses(piece, x)) {
        flush(left, right, depth, regions);
        across.add(piece);
      } else {
        if (!across.isEmpty()) {
          regions.add(List.copyOf(across));
          across.clear();
        }
        (piece.box().right() <= x ? left : right).add(piece);
      }
    }
    flush(left, right, depth, regions);
    if (!across.isEmpty()) {
      regions.add(across);
    }
  }

  private static void flush(
      List<Piece> left, List<Piece> right, int depth, List<List<Piece>> regions) {
    split(List.copyOf(left), depth + 1, regions);
    split(List.copyOf(right), depth + 1, regions);
    left.clear();
    right.clear();
  }

  private static boolean crosses(Piece piece, float x) {
    return piece.box().left() < x && piece.box().right() > x;
  }

  private static Optional<Float> gutter(List<Piece> pieces) {
    List<Segment> segments = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece instanceof Segment segment) {
        segments.add(segment);
      }
    }
    if (segments.size() < 2 * LINES_A_COLUMN) {
      return Optional.empty();
    }
    Optional<Float> best = Optional.empty();
    double least = 0.25;
    for (float x : candidates(segments)) {
      List<Segment> left = segments.stream().filter(s -> s.box().right() <= x).toList();
      List<Segment> right = segments.stream().filter(s -> s.box().left() >= x).toList();
      int across = segments.size() - left.size() - right.size();
      double share = across / (double) (left.size() + right.size() + 1);
      if (share < least && text(left) && text(right) && besides(left, right)) {
        least = share;
        best = Optional.of(x);
      }
    }
    return best;
  }

  /// Left edges of right neighbours: where a column may begin.
  private static List<Float> candidates(List<Segment> segments) {
    return segments.stream()
        .map(segment -> (float) Math.floor(segment.box().left()) - 1)
        .distinct()
        .sorted()
        .limit(300)
        .toList();
  }

  private static boolean text(List<Segment> segments) {
    if (segments.size() < LINES_A_COLUMN) {
      return false;
    }
    long full = segments.stream().filter(s -> weight(s.text()) >= LETTERS_A_LINE).count();
    return full * 2 >= segments.size();
  }

  private static long weight(String text) {
    return text.codePoints().map(point -> Joiner.ideographic(point) ? 2 : 1).sum();
  }

  private static boolean besides(List<Segment> left, List<Segment> right) {
    Box a = box(left);
    Box b = box(right);
    float common = Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top());
    return common > LINES_A_COLUMN * left.getFirst().size();
  }

  private static Box box(List<Segment> segments) {
    return segments.stream().map(Segment::box).reduce(Box::with).orElseThrow();
  }
}

package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Drops what stands at the head or foot of many pages in the same place, page numbers among
/// it. Where that would leave most pages empty, it is what the document says: nothing is dropped.
final class RunningLines {
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final int EDGE_SEGMENTS = 4;
  private static final int PAGES_AT_LEAST = 3;
  private static final double SHARE = 0.25;
  private static final float PLACE = 6;

  private RunningLines() {}

  static List<List<Piece>> dropped(List<List<Piece>> pages) {
    Map<String, Integer> seen = new HashMap<>();
    for (List<Piece> page : pages) {
      Set<String> keys = new HashSet<>();
      edges(page).forEach(segment -> keys.add(key(segment)));
      keys.forEach(key -> seen.merge(key, 1, Integer::sum));
    }
    double enough = Math.max(PAGES_AT_LEAST, SHARE * pages.size());
    List<List<Piece>> kept = new ArrayList<>();
    int number = 0;
    int emptied = 0;
    for (List<Piece> page : pages) {
      number++;
      Set<Piece> running = new HashSet<>();
      for (Segment segment : edges(page)) {
        boolean pageNumber = segment.text().strip().equals(Integer.toString(number));
        if (seen.getOrDefault(key(segment), 0) >= enough || (pageNumber && last(page, segment))) {
          running.add(segment);
        }
      }
      kept.add(page.stream().filter(piece -> !running.contains(piece)).toList());
      emptied += !page.isEmpty() && kept.getLast().isEmpty() ? 1 : 0;
    }
    return 2 * emptied > pages.size() ? pages : kept;
  }

  private static boolean last(List<Piece> page, Segment segment) {
    return page.size() > 1
        && page.stream().noneMatch(piece -> piece.box().bottom() > segment.box().bottom());
  }

  private static List<Segment> edges(List<Piece> page) {
    List<Segment> segments = new ArrayList<>();
    for (Piece piece : page) {
      if (piece instanceof Segment segment) {
        segments.add(segment);
      }
    }
    segments.sort(Comparator.comparingDouble(Segment::baseline));
    if (segments.size() <= 2 * EDGE_SEGMENTS) {
      return segments;
    }
    List<Segment> edges = new ArrayList<>(segments.subList(0, EDGE_SEGMENTS));
    edges.addAll(segments.subList(segments.size() - EDGE_SEGMENTS, segments.size()));
    return edges;
  }

  private static String key(Segment segment) {
    String words = DIGITS.matcher(segment.text()).replaceAll("#").strip();
    return Math.round(segment.baseline() / PLACE) + " " + words;
  }
}

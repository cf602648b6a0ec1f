package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// The segments on one base line of a region, from the left.
record Row(List<Segment> segments) {
  /// What begins an item of a list.
  static final Pattern MARKER =
      Pattern.compile(
          "(?:[\\u2022\\u00b7\\u25aa\\u25cf\\u25e6\\u2023\\u2043\\uf0b7\\u2013\\u2014*o-]"
              + "|\\(?(?:\\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])");

  /// Rows from the top; a marker and what follows it are one segment.
  static List<Row> of(List<Segment> segments) {
    List<Segment> sorted = new ArrayList<>(segments);
    sorted.sort(Comparator.comparingDouble(Segment::baseline));
    List<Row> rows = new ArrayList<>();
    List<Segment> row = new ArrayList<>();
    for (Segment segment : sorted) {
      boolean same =
          !row.isEmpty()
              && segment.baseline() - row.getFirst().baseline()
                  < 0.45f * Math.max(segment.size(), row.getFirst().size());
      if (!same && !row.isEmpty()) {
        rows.add(finished(row));
        row = new ArrayList<>();
      }
      row.add(segment);
    }
    if (!row.isEmpty()) {
      rows.add(finished(row));
    }
    return rows;
  }

  private static Row finished(List<Segment> row) {
    row.sort(Comparator.comparingDouble(segment -> segment.box().left()));
    while (row.size() > 1 && MARKER.matcher(row.getFirst().text()).matches()) {
      Segment joined = joined(row.subList(0, 2));
      row.removeFirst();
      row.set(0, joined);
    }
    return new Row(List.copyOf(row));
  }

  /// All of it as one.
  Segment line() {
    return segments.size() == 1 ? segments.getFirst() : joined(segments);
  }

  private static Segment joined(List<Segment> parts) {
    StringBuilder text = new StringBuilder();
    Box box = parts.getFirst().box();
    float size = 0;
    boolean bold = true;
    for (Segment part : parts) {
      text.append(text.isEmpty() ? "" : " ").append(part.text());
      box = box.with(part.box());
      size = Math.max(size, part.size());
      bold &= part.bold();
    }
    return new Segment(text.toString(), box, parts.getFirst().baseline(), size, bold);
  }

  Box box() {
    return segments.stream().map(Segment::box).reduce(Box::with).orElseThrow();
  }

  float size() {
    return segments.getFirst().size();
  }

  float baseline() {
    return segments.getFirst().baseline();
  }
}

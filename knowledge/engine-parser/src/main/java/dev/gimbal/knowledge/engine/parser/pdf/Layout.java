package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Turns the pieces of a page into items: tables, and lines gathered to paragraphs.
final class Layout {
  private static final String SENTENCE_ENDS = ".!?:\u3002\uff01\uff1f\uff1a";

  private final int page;
  private final List<Item> items;

  private StringBuilder words = new StringBuilder();
  private Segment first = new Segment("", new Box(0, 0, 0, 0), 0, 1, false);
  private Segment last = first;
  private int lines;

  private Layout(int page, List<Item> items) {
    this.page = page;
    this.items = items;
  }

  static List<Item> of(int page, List<Piece> pieces) {
    Layout layout = new Layout(page, new ArrayList<>());
    ReadingOrder.regions(pieces).forEach(layout::region);
    return layout.items;
  }

  private void region(List<Piece> pieces) {
    List<Segment> segments = new ArrayList<>();
    for (Piece piece : pieces) {
      switch (piece) {
        case Segment segment -> segments.add(segment);
        case Piece.Grid grid -> {
          rows(segments);
          segments.clear();
          items.add(new Item.Table(page, grid.table()));
        }
      }
    }
    rows(segments);
  }

  private void rows(List<Segment> segments) {
    List<Row> rows = Row.of(segments);
    if (rows.isEmpty()) {
      return;
    }
    Box region = rows.stream().map(Row::box).reduce(Box::with).orElseThrow();
    float step = step(rows);
    for (int i = 0; i < rows.size(); i++) {
      Optional<AlignedTable> table = AlignedTable.at(rows, i);
      if (table.isPresent()) {
        flush();
        items.add(new Item.Table(page, table.get().table()));
        i += table.get().rowsTaken() - 1;
      } else {
        line(rows.get(i).line(), region, step);
      }
    }
    flush();
  }

  /// The usual distance between base lines.
  private static float step(List<Row> rows) {
    List<Float> steps = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      steps.add(rows.get(i).baseline() - rows.get(i - 1).baseline());
    }
    steps.sort(Comparator.naturalOrder());
    float usual = rows.getFirst().size() * 1.3f;
    return steps.size() < 3 ? usual : Math.min(steps.get(steps.size() / 2), usual * 2);
  }

  private void line(Segment line, Box region, float step) {
    if (lines > 0 && begins(line, region, step)) {
      flush();
    }
    if (lines == 0) {
      first = line;
    }
    Joiner.join(words, line.text().strip());
    last = line;
    lines++;
  }

  private boolean begins(Segment line, Box region, float step) {
    float size = Math.max(line.size(), last.size());
    float distance = line.baseline() - last.baseline();
    boolean otherFont =
        Math.abs(line.size() - last.size()) > 0.12f * size || line.bold() != last.bold();
    boolean far = distance > Math.max(step * 1.35f, size * 1.2f) || distance < -size;
    if (otherFont || far || marked(line)) {
      return true;
    }
    if (marked(first)) {
      return line.box().left() < first.box().left() - size * 0.5f;
    }
    boolean indented =
        line.box().left() - last.box().left() > 0.8f * size
            && last.box().left() - region.left() < 0.5f * size
            && lines > 1;
    boolean ended =
        last.box().right() < region.right() - 0.2f * region.width()
            && SENTENCE_ENDS.indexOf(last.text().charAt(last.text().length() - 1)) >= 0;
    return indented || ended;
  }

  static boolean marked(Segment line) {
    int space = line.text().indexOf(' ');
    return space > 0 && Row.MARKER.matcher(line.text().substring(0, space)).matches();
  }

  private void flush() {
    if (lines > 0 && !words.toString().isBlank()) {
      items.add(new Item.Words(page, words.toString(), first.size(), first.bold(), lines));
    }
    words = new StringBuilder();
    lines = 0;
  }
}

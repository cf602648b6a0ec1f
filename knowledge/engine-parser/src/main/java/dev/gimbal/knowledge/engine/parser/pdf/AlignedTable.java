package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A table without rules: rows below each other whose segments stand in the same columns.
/// Columns are what the rows' segments, laid over each other, leave apart.
record AlignedTable(int rowsTaken, MarkdownTable table) {
  private static final int ROWS_AT_LEAST = 3;
  private static final float GAP_AT_MOST = 3.2f;
  /// What marks items of lists says nothing in a cell.
  private static final Pattern BULLET =
      Pattern.compile("(^|\\s)[\u2022\u25cf\u25aa\u25e6](?:\\s|$)");

  private static final float COMPLEMENT_WITHIN = 4;
  private static final float WRAP_AT_MOST = 1.45f;

  /// The table that begins with the row at `start`, if one does.
  static Optional<AlignedTable> at(List<Row> rows, int start) {
    if (rows.get(start).segments().size() < 2) {
      return Optional.empty();
    }
    List<float[]> columns = List.of();
    int end = start;
    int many = 0;
    int lastMany = start;
    for (int i = start; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (i > start && tooFar(rows.get(i - 1), row)) {
        break;
      }
      List<float[]> wider = united(columns, row);
      if (row.segments().size() < 2) {
        if (i - lastMany > 2 || wider.size() != columns.size()) {
          break;
        }
        continue;
      }
      if (wider.size() < 2 || wider.size() < columns.size() * 0.7) {
        break;
      }
      columns = wider;
      many++;
      lastMany = i;
      end = i + 1;
    }
    boolean enough = many >= ROWS_AT_LEAST || (many == 2 && columns.size() >= 3);
    if (!enough || !filled(rows.subList(start, end), columns)) {
      return Optional.empty();
    }
    List<Row> taken = rows.subList(start, end);
    return Optional.of(new AlignedTable(end - start, table(taken, complemented(taken, columns))));
  }

  private static boolean tooFar(Row above, Row below) {
    return below.baseline() - above.baseline() > GAP_AT_MOST * Math.max(above.size(), below.size());
  }

  private static List<float[]> united(List<float[]> columns, Row row) {
    List<float[]> all = new ArrayList<>();
    columns.forEach(column -> all.add(column.clone()));
    row.segments().forEach(s -> all.add(new float[] {s.box().left(), s.box().right()}));
    all.sort(Comparator.comparingDouble(column -> column[0]));
    List<float[]> united = new ArrayList<>();
    for (float[] column : all) {
      if (!united.isEmpty() && column[0] < united.getLast()[1]) {
        united.getLast()[1] = Math.max(united.getLast()[1], column[1]);
      } else {
        united.add(column);
      }
    }
    return united;
  }

  /// A head on the left and numbers on the right of one column look like two columns of which
  /// no row fills both.
  private static List<float[]> complemented(List<Row> rows, List<float[]> columns) {
    List<float[]> kept = new ArrayList<>(columns);
    for (int i = kept.size() - 1; i > 0 && kept.size() > 2; i--) {
      float[] left = kept.get(i - 1);
      float[] right = kept.get(i);
      boolean near = right[0] - left[1] < COMPLEMENT_WITHIN * rows.getFirst().size();
      if (near && rows.stream().noneMatch(row -> fills(row, left) && fills(row, right))) {
        kept.set(i - 1, new float[] {left[0], right[1]});
        kept.remove(i);
      }
    }
    return kept;
  }

  private static boolean fills(Row row, float[] column) {
    return row.segments().stream()
        .anyMatch(s -> s.box().left() < column[1] && s.box().right() > column[0]);
  }

  private static boolean filled(List<Row> rows, List<float[]> columns) {
    long cells = rows.stream().mapToLong(row -> row.segments().size()).sum();
    return cells >= 0.45 * rows.size() * columns.size();
  }

  private static MarkdownTable table(List<Row> rows, List<float[]> columns) {
    List<List<StringBuilder>> cells = new ArrayList<>();
    float above = 0;
    for (Row row : rows) {
      boolean wraps =
          row.segments().size() == 1
              && !cells.isEmpty()
              && row.baseline() - above < WRAP_AT_MOST * row.size();
      if (!wraps) {
        List<StringBuilder> line = new ArrayList<>();
        columns.forEach(column -> line.add(new StringBuilder()));
        cells.add(line);
      }
      for (Segment segment : row.segments()) {
        Joiner.join(cells.getLast().get(column(columns, segment)), segment.text());
      }
      above = row.baseline();
    }
    MarkdownTable table = new MarkdownTable();
    for (List<StringBuilder> line : cells) {
      table.row();
      line.forEach(cell -> table.cell(BULLET.matcher(cell).replaceAll("$1"), 1, 1));
    }
    return table;
  }

  private static int column(List<float[]> columns, Segment segment) {
    float middle = (segment.box().left() + segment.box().right()) / 2;
    for (int i = 0; i < columns.size(); i++) {
      if (middle <= columns.get(i)[1]) {
        return i;
      }
    }
    return columns.size() - 1;
  }
}

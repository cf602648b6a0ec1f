package dev.gimbal.knowledge.engine.parser.draft;

import java.util.List;

/// Rows of data as tables short enough to be found and shown by themselves: each begins with
/// the head of the whole, and its place is that of its own rows.
public final class SheetTable {
  private static final int ROWS = 30;
  private static final int CHARACTERS = 3_000;

  /// Says where rows stand.
  @FunctionalInterface
  public interface Placer {
    /// @param from first row, from 0
    /// @param to behind the last
    void place(int from, int to);
  }

  private SheetTable() {}

  /// Writes rows, the first of them the head.
  ///
  /// @param placer called before each table is written
  public static void write(List<List<String>> rows, Draft draft, Placer placer) {
    int from = 0;
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    if (columns == 0) {
      return;
    }
    while (from < rows.size()) {
      MarkdownTable table = new MarkdownTable();
      if (from > 0) {
        row(table, rows.getFirst(), columns);
      }
      int to = from;
      int characters = 0;
      while (to < rows.size() && to - from < ROWS && (characters < CHARACTERS || to - from < 2)) {
        row(table, rows.get(to), columns);
        characters += rows.get(to).stream().mapToInt(String::length).sum();
        to++;
      }
      placer.place(from, to);
      draft.table(table);
      from = to;
    }
  }

  private static void row(MarkdownTable table, List<String> cells, int columns) {
    table.row();
    for (int c = 0; c < columns; c++) {
      table.cell(c < cells.size() ? cells.get(c) : "", 1, 1);
    }
  }
}

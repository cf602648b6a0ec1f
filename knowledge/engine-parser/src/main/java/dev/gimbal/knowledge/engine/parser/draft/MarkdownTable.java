package dev.gimbal.knowledge.engine.parser.draft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A table as it stands in a document's text: Markdown, the first row as its head. A cell
/// that spans several is repeated in each, so that every row can be read by itself.
public final class MarkdownTable {
  /// More columns than any person reads; also what keeps `colspan="1000000"` harmless.
  private static final int COLUMNS_AT_MOST = 1_000;

  private static final Pattern SPACE = Pattern.compile("[\\s\\u00a0]+");

  private final List<List<@Nullable String>> rows = new ArrayList<>();
  private int row = -1;

  /// Begins the next row.
  public void row() {
    row++;
    ensureRow(row);
  }

  /// Puts a cell at the first free place of the row. A row that is too wide goes on below.
  public void cell(String text, int columns, int rowsSpanned) {
    List<@Nullable String> current = ensureRow(row);
    int column = 0;
    while (column < current.size() && current.get(column) != null) {
      column++;
    }
    if (column >= COLUMNS_AT_MOST) {
      row();
      column = 0;
    }
    String clean = SPACE.matcher(text).replaceAll(" ").strip();
    for (int r = row; r < row + Math.clamp(rowsSpanned, 1, COLUMNS_AT_MOST); r++) {
      for (int c = column; c < Math.min(column + Math.max(columns, 1), COLUMNS_AT_MOST); c++) {
        set(ensureRow(r), c, clean);
      }
    }
  }

  /// How many rows have begun.
  public int rows() {
    return row + 1;
  }

  /// How many columns the widest row has.
  public int columns() {
    return rows.stream().limit(rows()).mapToInt(List::size).max().orElse(0);
  }

  /// Whether no cell holds anything.
  public boolean blank() {
    return rows.stream()
        .limit(rows())
        .allMatch(cells -> cells.stream().allMatch(cell -> cell == null || cell.isBlank()));
  }

  /// The table as Markdown, without a line break at its end; empty if it is [#blank].
  public String render() {
    if (blank()) {
      return "";
    }
    int columns = columns();
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows(); r++) {
      text.append(r == 0 ? "" : "\n");
      line(text, rows.get(r), columns);
      if (r == 0) {
        text.append('\n').append("| - ".repeat(columns)).append('|');
      }
    }
    return text.toString();
  }

  /// One line of a table.
  public static void line(StringBuilder text, List<? extends @Nullable String> cells, int columns) {
    for (int c = 0; c < columns; c++) {
      String cell = c < cells.size() ? Objects.requireNonNullElse(cells.get(c), "") : "";
      text.append("| ").append(cell.replace("|", "\\|")).append(cell.isEmpty() ? "" : " ");
    }
    text.append('|');
  }

  private List<@Nullable String> ensureRow(int index) {
    while (rows.size() <= index) {
      rows.add(new ArrayList<>());
    }
    return rows.get(index);
  }

  private static void set(List<@Nullable String> cells, int column, String text) {
    while (cells.size() <= column) {
      cells.add(null);
    }
    if (cells.get(column) == null) {
      cells.set(column, text);
    }
  }
}

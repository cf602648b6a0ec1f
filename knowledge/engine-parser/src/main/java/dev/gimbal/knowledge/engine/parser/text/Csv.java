package dev.gimbal.knowledge.engine.parser.text;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.SheetTable;
import java.util.ArrayList;
import java.util.List;

/// Values separated by commas, semicolons, tabs or bars, quoted as RFC 4180 says. The
/// separator is the one that cuts the first lines into the most equal numbers of values. A quote
/// that is never closed is a character as any other.
public final class Csv {
  private static final String SEPARATORS = ",;\t|";
  private static final int LINES_TO_JUDGE = 50;

  private record Row(int line, List<String> cells) {}

  private Csv() {}

  /// Writes the table to the draft.
  public static void read(String source, Draft draft) {
    String text = Draft.clean(source);
    List<Row> rows = rows(text, separator(text), Integer.MAX_VALUE);
    List<List<String>> cells = rows.stream().map(Row::cells).toList();
    SheetTable.write(cells, draft, (from, to) -> draft.at(PlainText.line(rows.get(from).line())));
  }

  private static char separator(String text) {
    char best = ',';
    double most = 0;
    for (int i = 0; i < SEPARATORS.length(); i++) {
      char separator = SEPARATORS.charAt(i);
      List<Row> rows = rows(text, separator, LINES_TO_JUDGE);
      int columns = rows.isEmpty() ? 0 : rows.getFirst().cells().size();
      long equal = rows.stream().filter(row -> row.cells().size() == columns).count();
      double score = columns < 2 ? 0 : Math.sqrt(columns) * equal / rows.size();
      if (score > most) {
        most = score;
        best = separator;
      }
    }
    return best;
  }

  private static List<Row> rows(String text, char separator, int most) {
    List<Row> rows = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int startLine = 1;
    for (int i = 0; i <= text.length() && rows.size() < most; i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (quoted && i < text.length()) {
        line += c == '\n' ? 1 : 0;
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"' && cell.toString().isBlank() && text.indexOf('"', i + 1) > 0) {
        quoted = true;
        cell.setLength(0);
      } else if (c == separator || c == '\n') {
        cells.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          if (cells.stream().anyMatch(value -> !value.isBlank())) {
            rows.add(new Row(startLine, cells));
          }
          cells = new ArrayList<>();
          line++;
          startLine = line;
        }
      } else {
        cell.append(c);
      }
    }
    return rows;
  }
}

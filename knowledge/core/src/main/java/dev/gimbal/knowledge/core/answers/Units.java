package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Sentences;
import java.util.ArrayList;
import java.util.List;

/// The smallest stretches of a passage that are quoted: sentences, and whole rows of tables, which
/// a full stop in a cell must not cut. Pure.
final class Units {
  private Units() {}

  /// In order, as indexes into the text; together they hold all but white space.
  static List<Sentences.Range> of(String text) {
    List<Sentences.Range> units = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      String line = text.substring(start, end);
      for (Sentences.Range one : row(line) ? whole(line) : Sentences.of(line)) {
        units.add(new Sentences.Range(start + one.start(), start + one.end()));
      }
      start = end + 1;
    }
    return units;
  }

  /// Whether a line is a row of a Markdown table.
  static boolean row(String line) {
    String bare = line.strip();
    return bare.length() > 1 && bare.startsWith("|") && bare.indexOf('|', 1) > 0;
  }

  /// Whether a line rules off a table's head from its rows.
  static boolean rule(String line) {
    return row(line)
        && line.indexOf('-') >= 0
        && line.chars().allMatch(c -> "|-:+ \t".indexOf(c) >= 0);
  }

  /// Whether a line opens or closes a block of code.
  static boolean fence(String line) {
    String bare = line.strip();
    return bare.startsWith("```") || bare.startsWith("~~~");
  }

  private static List<Sentences.Range> whole(String line) {
    int start = line.length() - line.stripLeading().length();
    return List.of(new Sentences.Range(start, line.stripTrailing().length()));
  }
}

package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Diagrams and charts, whose words stand in parts of their own: of a diagram the text of its
/// nodes, of a chart its title and the numbers that were stored with it.
///
/// @param relations of the part that they hang on
record Drawings(Parts parts, Map<String, String> relations, Draft draft) {
  private static final int POINTS_AT_MOST = 10_000;

  /// Writes those below a node to the draft.
  void read(XmlNode node) throws IOException {
    for (XmlNode diagram : node.all("relIds")) {
      Optional<XmlNode> data = part(diagram.attribute("r:dm"));
      if (data.isPresent()) {
        diagram(data.get());
      }
    }
    for (XmlNode chart : node.all("chart")) {
      Optional<XmlNode> data = part(chart.attribute("r:id"));
      if (data.isPresent()) {
        chart(data.get());
      }
    }
  }

  private Optional<XmlNode> part(String relation) throws IOException {
    String target = relations.get(relation);
    return target == null ? Optional.empty() : parts.tree(target);
  }

  private void diagram(XmlNode data) {
    for (XmlNode point : data.all("pt")) {
      List<String> lines = new ArrayList<>();
      for (XmlNode paragraph : point.all("p")) {
        lines.add(words(paragraph));
      }
      String text = String.join(" ", lines).strip();
      if (!text.isEmpty()) {
        draft.item(0, "-", text);
      }
    }
  }

  private void chart(XmlNode space) {
    String title =
        space
            .path("chart", "title")
            .map(one -> words(one).strip())
            .filter(s -> !s.isEmpty())
            .orElse("");
    if (!title.isEmpty()) {
      draft.paragraph(title);
    }
    List<XmlNode> series = space.all("ser");
    List<String> labels = new ArrayList<>();
    List<List<String>> columns = new ArrayList<>();
    for (XmlNode one : series) {
      List<String> own = points(one, "cat", "xVal");
      labels = own.size() > labels.size() ? own : labels;
      columns.add(points(one, "val", "yVal"));
    }
    int rows = Math.max(labels.size(), columns.stream().mapToInt(List::size).max().orElse(0));
    if (rows > 0) {
      draft.table(table(series, labels, columns, rows));
    }
  }

  private static MarkdownTable table(
      List<XmlNode> series, List<String> labels, List<List<String>> columns, int rows) {
    MarkdownTable table = new MarkdownTable();
    table.row();
    table.cell("", 1, 1);
    series.forEach(one -> table.cell(String.join(" ", points(one, "tx")), 1, 1));
    for (int row = 0; row < rows; row++) {
      table.row();
      table.cell(at(labels, row), 1, 1);
      for (List<String> column : columns) {
        table.cell(at(column, row), 1, 1);
      }
    }
    return table;
  }

  private static String at(List<String> values, int index) {
    return index < values.size() ? values.get(index) : "";
  }

  /// What was stored of the first of these parts that a series has, each value at its index.
  private static List<String> points(XmlNode series, String... names) {
    List<String> values = new ArrayList<>();
    for (String name : names) {
      for (XmlNode part : series.children(name)) {
        for (XmlNode point : part.all("pt")) {
          int index = Math.clamp(point.number("idx", values.size()), 0, POINTS_AT_MOST);
          while (values.size() <= index) {
            values.add("");
          }
          values.set(index, point.child("v").map(XmlNode::words).orElse(""));
        }
      }
    }
    return values;
  }

  private static String words(XmlNode node) {
    StringBuilder words = new StringBuilder();
    node.all("t").forEach(text -> words.append(text.words()));
    return words.toString();
  }
}

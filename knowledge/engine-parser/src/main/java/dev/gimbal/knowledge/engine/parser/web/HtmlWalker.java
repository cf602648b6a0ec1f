package dev.gimbal.knowledge.engine.parser.web;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/// Walks elements in order; what stands in line is gathered until a block begins or ends.
final class HtmlWalker {
  /// Deeper elements give their words without structure; the stack must not decide.
  private static final int DEEPEST = 200;

  private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");
  private static final Set<String> IN_LINE =
      Set.of(
          "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
          "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s",
          "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
          "wbr", "math", "picture");

  private final Draft draft;
  private final StringBuilder line = new StringBuilder();
  private int listDepth = -1;
  private String marker = "";

  HtmlWalker(Draft draft) {
    this.draft = draft;
  }

  void walk(Element root) {
    children(root, 0);
    flush();
  }

  private void children(Element parent, int depth) {
    for (Node node : parent.childNodes()) {
      if (node instanceof TextNode words) {
        append(words.getWholeText());
      } else if (node instanceof Element element) {
        element(element, depth + 1);
      }
    }
  }

  private void element(Element element, int depth) {
    String name = element.normalName();
    if (depth > DEEPEST) {
      append(" " + element.text() + " ");
    } else if (name.equals("br")) {
      line.append('\n');
    } else if (IN_LINE.contains(name)) {
      children(element, depth);
    } else {
      flush();
      block(element, name, depth);
      flush();
    }
  }

  private void block(Element element, String name, int depth) {
    if (HEADINGS.contains(name)) {
      draft.heading(name.charAt(1) - '0', element.text());
      return;
    }
    switch (name) {
      case "pre", "listing" -> draft.code(element.wholeText());
      case "table" -> table(element, depth);
      case "ul", "menu" -> list(element, false, depth);
      case "ol" -> list(element, true, depth);
      default -> children(element, depth);
    }
  }

  private void list(Element list, boolean numbered, int depth) {
    String outer = marker;
    listDepth++;
    int number = start(list);
    for (Node node : list.childNodes()) {
      if (node instanceof Element item) {
        marker = numbered ? number++ + "." : "-";
        if (item.normalName().equals("li")) {
          children(item, depth + 2);
        } else {
          element(item, depth + 1);
        }
        flush();
      } else if (node instanceof TextNode words && !words.isBlank()) {
        append(words.getWholeText());
      }
    }
    listDepth--;
    marker = outer.isEmpty() || listDepth < 0 ? "" : "-";
  }

  private static int start(Element list) {
    String start = list.attr("start");
    return start.matches("\\d{1,6}") ? Integer.parseInt(start) : 1;
  }

  private void table(Element element, int depth) {
    if (!element.select("table table").isEmpty() || layout(element)) {
      children(element, depth);
      return;
    }
    Element caption = element.selectFirst("> caption");
    if (caption != null) {
      draft.paragraph(caption.text());
    }
    MarkdownTable table = new MarkdownTable();
    for (Element row : element.select("> tr, > thead > tr, > tbody > tr, > tfoot > tr")) {
      table.row();
      for (Element cell : row.select("> td, > th")) {
        table.cell(cell.text(), span(cell, "colspan"), span(cell, "rowspan"));
      }
    }
    draft.table(table);
  }

  /// One cell, or cells that hold headings: a page laid out with a table.
  private static boolean layout(Element table) {
    return table.select("td, th").size() <= 1 || !table.select("td h1, td h2, td h3").isEmpty();
  }

  private static int span(Element cell, String attribute) {
    String value = cell.attr(attribute);
    return value.matches("\\d{1,4}") ? Math.max(1, Integer.parseInt(value)) : 1;
  }

  private void append(String words) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      boolean space = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
      if (!space) {
        line.append(c);
      } else if (!line.isEmpty() && !Character.isWhitespace(line.charAt(line.length() - 1))) {
        line.append(' ');
      }
    }
  }

  private void flush() {
    if (line.toString().isBlank()) {
      line.setLength(0);
      return;
    }
    String words = line.toString().replace(" \n", "\n");
    line.setLength(0);
    if (listDepth >= 0 && !marker.isEmpty()) {
      draft.item(listDepth, marker, words);
      marker = "";
    } else {
      draft.paragraph(words);
    }
  }
}

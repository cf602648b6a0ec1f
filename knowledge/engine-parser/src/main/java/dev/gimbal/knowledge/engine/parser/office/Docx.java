package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Word documents: headings by style, lists by numbering, tables, text boxes, diagrams and charts
/// after the paragraph that they hang on, footnotes and endnotes at the end. Deleted text is left
/// out, inserted text is read; what stands at the head or foot of each page is not.
public final class Docx {
  private static final String DOCUMENT = "word/document.xml";

  private final Draft draft;
  private final WordStyles styles;
  private final WordNumbering numbering;
  private final Drawings drawings;

  private Docx(Draft draft, Drawings drawings, WordStyles styles, WordNumbering numbering) {
    this.draft = draft;
    this.drawings = drawings;
    this.styles = styles;
    this.numbering = numbering;
  }

  /// Writes the document to the draft.
  public static void read(SafeZip zip, Draft draft) throws IOException {
    Parts parts = new Parts(zip);
    parts.properties(draft);
    String main = parts.related("", "officeDocument").filter(zip::has).orElse(DOCUMENT);
    Docx docx =
        new Docx(
            draft,
            new Drawings(parts, parts.relations(main), draft),
            WordStyles.read(parts, main),
            WordNumbering.read(parts, main));
    if (!zip.has(main)) {
      parts.required(main);
    }
    parts.each(main, 2, docx::block);
    for (String kind : new String[] {"footnotes", "endnotes"}) {
      Optional<String> notes = parts.related(main, kind);
      if (notes.isPresent()) {
        parts.each(notes.get(), 1, docx::note);
      }
    }
  }

  private void note(XmlNode note) {
    if (note.attribute("type").isEmpty()) {
      note.children().forEach(this::block);
    }
  }

  private void block(XmlNode node) {
    switch (node.name()) {
      case "p" -> paragraph(node);
      case "tbl" -> table(node);
      case "sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "txbxContent" ->
          node.children().forEach(this::block);
      default -> {
        // properties, bookmarks, deleted text
      }
    }
  }

  private void paragraph(XmlNode paragraph) {
    String words = words(paragraph);
    Optional<XmlNode> properties = paragraph.child("pPr");
    String style =
        properties.flatMap(p -> p.child("pStyle")).map(s -> s.attribute("val")).orElse("");
    if (!words.isBlank()) {
      write(words, properties, style);
    }
    for (XmlNode box : boxes(paragraph)) {
      box.children().forEach(this::block);
    }
    try {
      drawings.read(paragraph);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String words, Optional<XmlNode> properties, String style) {
    int outline =
        properties
            .flatMap(p -> p.child("outlineLvl"))
            .map(level -> level.number("val", 9) + 1)
            .orElseGet(() -> styles.headingLevel(style));
    if (outline >= 1 && outline <= 9) {
      draft.heading(Math.min(outline, 6), words);
      draft.title(words);
      return;
    }
    Optional<XmlNode> own = properties.flatMap(p -> p.child("numPr"));
    String number =
        own.flatMap(n -> n.child("numId"))
            .map(n -> n.attribute("val"))
            .orElseGet(() -> styles.number(style));
    int level = own.flatMap(n -> n.child("ilvl")).map(n -> n.number("val", 0)).orElse(0);
    if (!number.isEmpty() && !number.equals("0")) {
      draft.item(level, numbering.next(number, level), words);
    } else if (styles.list(style)) {
      draft.item(level, "-", words);
    } else {
      draft.paragraph(words);
    }
  }

  private static List<XmlNode> boxes(XmlNode paragraph) {
    List<XmlNode> boxes = new ArrayList<>();
    for (XmlNode alternatives : paragraph.all("AlternateContent")) {
      boxes.addAll(
          alternatives
              .child("Choice")
              .map(choice -> choice.all("txbxContent"))
              .filter(found -> !found.isEmpty())
              .orElseGet(() -> alternatives.all("txbxContent")));
    }
    if (boxes.isEmpty()) {
      boxes.addAll(paragraph.all("txbxContent"));
    }
    return boxes;
  }

  private static String words(XmlNode paragraph) {
    StringBuilder words = new StringBuilder();
    append(paragraph, words);
    return words.toString();
  }

  private static void append(XmlNode node, StringBuilder words) {
    switch (node.name()) {
      case "t", "delInstrText" -> words.append(node.name().equals("t") ? node.words() : "");
      case "tab", "ptab" -> words.append('\t');
      case "br", "cr" -> words.append('\n');
      case "noBreakHyphen" -> words.append('-');
      case "sym" -> words.append(' ');
      case "pPr", "rPr", "del", "moveFrom", "instrText", "txbxContent", "delText", "tabs" -> {
        // looks, deleted text, fields' instructions; boxes are read after the paragraph
      }
      default -> node.children().forEach(child -> append(child, words));
    }
  }

  private void table(XmlNode node) {
    List<XmlNode> rows = node.all("tr");
    List<XmlNode> cells = rows.stream().flatMap(row -> row.all("tc").stream()).toList();
    if (cells.size() <= 1) {
      cells.forEach(cell -> cell.children().forEach(this::block));
      return;
    }
    MarkdownTable table = new MarkdownTable();
    Map<Integer, String> above = new HashMap<>();
    for (XmlNode row : rows) {
      table.row();
      int column = skip(row, "gridBefore", table);
      for (XmlNode cell : row.all("tc")) {
        int span = property(cell, "gridSpan").map(s -> s.number("val", 1)).orElse(1);
        Optional<XmlNode> merge = property(cell, "vMerge");
        boolean continues = merge.isPresent() && !merge.get().attribute("val").equals("restart");
        String words = continues ? above.getOrDefault(column, "") : cellWords(cell);
        table.cell(words, span, 1);
        above.put(column, words);
        column += span;
      }
    }
    draft.table(table);
  }

  private static int skip(XmlNode row, String property, MarkdownTable table) {
    int skipped = row.path("trPr", property).map(before -> before.number("val", 0)).orElse(0);
    if (skipped > 0) {
      table.cell("", skipped, 1);
    }
    return skipped;
  }

  private static Optional<XmlNode> property(XmlNode cell, String name) {
    return cell.path("tcPr", name);
  }

  private static String cellWords(XmlNode cell) {
    StringBuilder words = new StringBuilder();
    for (XmlNode paragraph : cell.all("p")) {
      words.append(words.isEmpty() ? "" : " ").append(words(paragraph));
      for (XmlNode box : boxes(paragraph)) {
        words.append(' ').append(cellWords(box));
      }
    }
    return words.toString();
  }
}

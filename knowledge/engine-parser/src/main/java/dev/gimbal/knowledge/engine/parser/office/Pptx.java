package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Presentations: a slide's title is a heading, its bullets are items, diagrams and charts are
/// read, its notes follow it.
public final class Pptx {
  private static final String PRESENTATION = "ppt/presentation.xml";

  private final Draft draft;
  private final Drawings drawings;

  private Pptx(Draft draft, Drawings drawings) {
    this.draft = draft;
    this.drawings = drawings;
  }

  /// Writes the presentation to the draft.
  public static void read(SafeZip zip, int slidesAtMost, Draft draft) throws IOException {
    Parts parts = new Parts(zip);
    parts.properties(draft);
    Map<String, String> relations = parts.relations(PRESENTATION);
    List<XmlNode> slides = parts.required(PRESENTATION).all("sldId");
    if (slides.size() > slidesAtMost) {
      throw Refusal.tooLong(
          "the presentation has %d slides, limit %d".formatted(slides.size(), slidesAtMost));
    }
    for (int i = 0; i < slides.size(); i++) {
      String part = relations.getOrDefault(slides.get(i).attribute("r:id"), "");
      Optional<XmlNode> slide = parts.tree(part);
      if (slide.isPresent()) {
        draft.at(new Locator(null, i + 1, null, null, null, null));
        draft.leaveHeadings();
        Pptx pptx = new Pptx(draft, new Drawings(parts, parts.relations(part), draft));
        pptx.slide(slide.get());
        pptx.notes(parts, part);
      }
    }
  }

  private void slide(XmlNode slide) throws IOException {
    for (XmlNode shape : slide.all("sp")) {
      if (type(shape).equals("title") || type(shape).equals("ctrTitle")) {
        String title = shape.child("txBody").map(Pptx::lines).orElse("");
        draft.heading(1, title);
        draft.title(title);
      }
    }
    Optional<XmlNode> tree = slide.path("cSld", "spTree");
    if (tree.isPresent()) {
      shapes(tree.get());
    }
  }

  private void notes(Parts parts, String slidePart) throws IOException {
    Optional<String> part = parts.related(slidePart, "notesSlide");
    if (part.isPresent()) {
      for (XmlNode shape : parts.required(part.get()).all("sp")) {
        if (type(shape).equals("body")) {
          shape.child("txBody").ifPresent(body -> draft.paragraph(lines(body)));
        }
      }
    }
  }

  private void shapes(XmlNode tree) throws IOException {
    for (XmlNode shape : tree.children()) {
      switch (shape.name()) {
        case "sp" -> shape(shape);
        case "grpSp", "Choice" -> shapes(shape);
        case "AlternateContent" -> {
          Optional<XmlNode> choice = shape.child("Choice");
          if (choice.isPresent()) {
            shapes(choice.get());
          }
        }
        case "graphicFrame" -> {
          shape.all("tbl").forEach(this::table);
          drawings.read(shape);
        }
        default -> {
          // pictures, connectors
        }
      }
    }
  }

  private void shape(XmlNode shape) {
    String type = type(shape);
    if (List.of("title", "ctrTitle", "sldNum", "dt", "ftr", "hdr").contains(type)) {
      return;
    }
    Optional<XmlNode> body = shape.child("txBody");
    if (body.isEmpty()) {
      return;
    }
    boolean placeholder = shape.path("nvSpPr", "nvPr", "ph").isPresent();
    List<XmlNode> paragraphs =
        body.get().children("p").stream().filter(p -> !words(p).isBlank()).toList();
    int number = 0;
    for (XmlNode paragraph : paragraphs) {
      Optional<XmlNode> properties = paragraph.child("pPr");
      boolean numbers = properties.flatMap(p -> p.child("buAutoNum")).isPresent();
      boolean none = properties.flatMap(p -> p.child("buNone")).isPresent();
      boolean bullet = properties.flatMap(p -> p.child("buChar")).isPresent();
      number = numbers ? number + 1 : 0;
      if (numbers || bullet || (placeholder && !none && paragraphs.size() > 1)) {
        int level = properties.map(p -> p.number("lvl", 0)).orElse(0);
        draft.item(level, numbers ? number + "." : "-", words(paragraph));
      } else {
        draft.paragraph(words(paragraph));
      }
    }
  }

  private static String type(XmlNode shape) {
    return shape.path("nvSpPr", "nvPr", "ph").map(ph -> ph.attribute("type")).orElse("none");
  }

  private static String lines(XmlNode body) {
    StringBuilder lines = new StringBuilder();
    for (XmlNode paragraph : body.children("p")) {
      String words = words(paragraph);
      if (!words.isBlank()) {
        lines.append(lines.isEmpty() ? "" : "\n").append(words);
      }
    }
    return lines.toString();
  }

  private static String words(XmlNode paragraph) {
    StringBuilder words = new StringBuilder();
    for (XmlNode run : paragraph.children()) {
      switch (run.name()) {
        case "r", "fld" -> run.child("t").ifPresent(text -> words.append(text.words()));
        case "br" -> words.append('\n');
        default -> run.all("t").forEach(text -> words.append(text.words()));
      }
    }
    return words.toString();
  }

  private void table(XmlNode node) {
    MarkdownTable table = new MarkdownTable();
    for (XmlNode row : node.children("tr")) {
      table.row();
      for (XmlNode cell : row.children("tc")) {
        boolean covered =
            !cell.attribute("hMerge").isEmpty() || !cell.attribute("vMerge").isEmpty();
        if (!covered) {
          String words = cell.child("txBody").map(Pptx::lines).orElse("");
          table.cell(words, cell.number("gridSpan", 1), cell.number("rowSpan", 1));
        }
      }
    }
    draft.table(table);
  }
}

package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.draft.SheetTable;
import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Workbooks: a sheet's name is a heading; each block of cells between empty rows and columns
/// is a table. Of a formula the value counts that was stored with it; nothing is computed.
public final class Xlsx {
  private static final String WORKBOOK = "xl/workbook.xml";
  private static final Pattern REFERENCE = Pattern.compile("([A-Z]{1,3})(\\d{1,7})");
  private static final int SHARED_AT_MOST = 5_000_000;
  private static final int CELLS_AT_MOST = 5_000_000;
  private static final int DEEPEST_SPLIT = 6;

  private final Draft draft;
  private final CellFormats formats;
  private final List<String> shared = new ArrayList<>();

  private Xlsx(Draft draft, CellFormats formats) {
    this.draft = draft;
    this.formats = formats;
  }

  /// Writes the workbook to the draft.
  public static void read(SafeZip zip, int sheetsAtMost, Draft draft) throws IOException {
    Parts parts = new Parts(zip);
    parts.properties(draft);
    String main = parts.related("", "officeDocument").filter(zip::has).orElse(WORKBOOK);
    XmlNode workbook = parts.required(main);
    List<XmlNode> sheets = workbook.all("sheet");
    if (sheets.size() > sheetsAtMost) {
      throw Refusal.tooLong(
          "the workbook has %d sheets, limit %d".formatted(sheets.size(), sheetsAtMost));
    }
    Xlsx xlsx = new Xlsx(draft, CellFormats.read(parts, main, workbook));
    Optional<String> strings = parts.related(main, "sharedStrings");
    if (strings.isPresent()) {
      parts.each(strings.get(), 1, xlsx::share);
    }
    Map<String, String> relations = parts.relations(main);
    for (XmlNode sheet : sheets) {
      String part = relations.getOrDefault(sheet.attribute("r:id"), "");
      if (part.contains("worksheets/")) {
        xlsx.sheet(parts, part, sheet.attribute("name"));
      }
    }
  }

  private void share(XmlNode item) {
    if (shared.size() >= SHARED_AT_MOST) {
      throw Refusal.tooLong("the workbook has more than %d texts".formatted(SHARED_AT_MOST));
    }
    shared.add(words(item));
  }

  /// Text without the reading aids that East Asian text may carry.
  private static String words(XmlNode item) {
    StringBuilder words = new StringBuilder();
    for (XmlNode child : item.children()) {
      switch (child.name()) {
        case "t" -> words.append(child.words());
        case "r" -> child.child("t").ifPresent(text -> words.append(text.words()));
        default -> {
          // rPh, phoneticPr
        }
      }
    }
    return words.toString();
  }

  private void sheet(Parts parts, String part, String name) throws IOException {
    NavigableMap<Integer, NavigableMap<Integer, String>> cells = new TreeMap<>();
    int[] counters = new int[2];
    parts.each(
        part,
        2,
        node -> {
          if (node.name().equals("row")) {
            row(node, cells, counters);
          }
        });
    if (cells.isEmpty()) {
      return;
    }
    draft.leaveHeadings();
    draft.at(new Locator(null, null, name, null, null, null));
    draft.heading(1, name);
    region(new Region(cells), name, 0);
  }

  private void row(
      XmlNode row, NavigableMap<Integer, NavigableMap<Integer, String>> cells, int[] counters) {
    counters[0] = row.number("r", counters[0] + 1);
    int column = -1;
    for (XmlNode cell : row.children("c")) {
      Matcher reference = REFERENCE.matcher(cell.attribute("r"));
      column = reference.matches() ? Region.column(reference.group(1)) : column + 1;
      String value = value(cell).strip();
      if (!value.isEmpty()) {
        if (++counters[1] > CELLS_AT_MOST) {
          throw Refusal.tooLong("a sheet has more than %d cells".formatted(CELLS_AT_MOST));
        }
        cells.computeIfAbsent(counters[0] - 1, _ -> new TreeMap<>()).put(column, value);
      }
    }
  }

  private String value(XmlNode cell) {
    String value = cell.child("v").map(XmlNode::words).orElse("");
    return switch (cell.attribute("t")) {
      case "s" -> {
        int index = value.strip().matches("\\d{1,9}") ? Integer.parseInt(value.strip()) : -1;
        yield index >= 0 && index < shared.size() ? shared.get(index) : "";
      }
      case "inlineStr" -> cell.child("is").map(Xlsx::words).orElse("");
      case "b" -> value.strip().equals("1") ? "TRUE" : "FALSE";
      case "str", "e", "d" -> value;
      default -> formats.format(value, cell.number("s", 0));
    };
  }

  private void region(Region region, String sheet, int depth) {
    List<Region> parts = depth < DEEPEST_SPLIT ? region.split(depth % 2 == 0) : List.of(region);
    boolean last = depth > 0 && parts.size() == 1;
    if (!last) {
      parts.forEach(part -> region(part, sheet, depth + 1));
    } else {
      write(region, sheet);
    }
  }

  private void write(Region region, String sheet) {
    List<List<String>> rows = region.rows();
    if (rows.size() == 1 && rows.getFirst().size() == 1) {
      draft.at(new Locator(null, null, sheet, region.reference(0, 1), null, null));
      draft.paragraph(rows.getFirst().getFirst());
      return;
    }
    SheetTable.write(
        rows,
        draft,
        (from, to) ->
            draft.at(new Locator(null, null, sheet, region.reference(from, to), null, null)));
  }
}

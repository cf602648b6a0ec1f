package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.DateUtil;

/// Shows numbers as the sheet does: dates as dates, percents as percents.
final class CellFormats {
  private static final String GENERAL = "General";

  private final DataFormatter formatter = new DataFormatter(Locale.ROOT);
  private final Map<Integer, String> own = new HashMap<>();
  private final List<Integer> cellFormats = new ArrayList<>();
  private final boolean from1904;

  private CellFormats(boolean from1904) {
    this.from1904 = from1904;
  }

  static CellFormats read(Parts parts, String main, XmlNode workbook) throws IOException {
    String epoch = workbook.child("workbookPr").map(pr -> pr.attribute("date1904")).orElse("");
    CellFormats formats = new CellFormats(epoch.equals("1") || epoch.equals("true"));
    Optional<String> part = parts.related(main, "styles");
    Optional<XmlNode> styles = part.isPresent() ? parts.tree(part.get()) : Optional.empty();
    if (styles.isPresent()) {
      for (XmlNode format : styles.get().all("numFmt")) {
        formats.own.put(format.number("numFmtId", -1), format.attribute("formatCode"));
      }
      styles
          .get()
          .child("cellXfs")
          .ifPresent(
              list ->
                  list.children("xf")
                      .forEach(xf -> formats.cellFormats.add(xf.number("numFmtId", 0))));
    }
    return formats;
  }

  String format(String value, int style) {
    double number;
    try {
      number = Double.parseDouble(value.strip());
    } catch (NumberFormatException e) {
      return value;
    }
    int id = style >= 0 && style < cellFormats.size() ? cellFormats.get(style) : 0;
    String builtIn = BuiltinFormats.getBuiltinFormat(id);
    String format = own.getOrDefault(id, builtIn == null ? GENERAL : builtIn);
    if (DateUtil.isADateFormat(id, format) && DateUtil.isValidExcelDate(number)) {
      return iso(number, format);
    }
    return formatter.formatRawCellContents(number, id, format, from1904);
  }

  /// Built-in dates mean another order in each country; the one that all read is ISO 8601.
  private String iso(double number, String format) {
    String moment = DateUtil.getLocalDateTime(number, from1904).toString().replace('T', ' ');
    if (number < 1) {
      return moment.substring(11);
    }
    boolean time = format.toLowerCase(Locale.ROOT).contains("h") || number != Math.floor(number);
    return time ? moment : moment.substring(0, 10);
  }
}

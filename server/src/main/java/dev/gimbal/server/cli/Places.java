package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Places in documents, for a person to read.
final class Places {
  private Places() {}

  /// `, page 3, § Leave > Parental` and so on; empty if nothing is known.
  static String of(JsonNode locator) {
    List<String> parts = new ArrayList<>();
    add(parts, "page ", locator.path("page"));
    add(parts, "slide ", locator.path("slide"));
    add(parts, "sheet ", locator.path("sheet"));
    add(parts, "", locator.path("cells"));
    add(parts, "§ ", locator.path("section"));
    add(parts, "line ", locator.path("line"));
    return parts.isEmpty() ? "" : ", " + String.join(", ", parts);
  }

  /// The text on one line, cut behind `most` characters.
  static String oneLine(String text, int most) {
    String line = text.replaceAll("\\s+", " ").strip();
    int end = line.offsetByCodePoints(0, Math.min(most, line.codePointCount(0, line.length())));
    return end < line.length() ? line.substring(0, end) + "…" : line;
  }

  private static void add(List<String> parts, String prefix, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull()) {
      parts.add(prefix + value.asText());
    }
  }
}

package dev.gimbal.knowledge.core.answers;

import java.util.ArrayList;
import java.util.List;

/// Quotes as an answer shows them, in Markdown. What a quote needs to be understood goes with it:
/// rows get the head of their table, code its fences. Its marker stands where Markdown keeps it.
/// The citation's own range stays as it is. Pure.
final class QuotedText {
  private QuotedText() {}

  /// All quotes, each with its marker.
  static String of(List<Quotes.Quote> quotes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < quotes.size(); at++) {
      text.append(at == 0 ? "" : "\n\n").append(marked(quotes.get(at), at + 1));
    }
    return text.toString();
  }

  private static String marked(Quotes.Quote quote, int marker) {
    String text = fenced(quote, head(quote) + quote.text());
    List<String> lines = text.lines().toList();
    String last = lines.isEmpty() ? "" : lines.getLast();
    if (Units.fence(last)) {
      return text + "\n[" + marker + ']';
    }
    // Behind a row the marker would be a cell; without the empty line it would be a row.
    return text + (Units.row(last) ? "\n\n[" : " [") + marker + ']';
  }

  /// The head of the table whose rows a quote begins with, ending in a line break; empty if it
  /// begins with none, or with the head itself.
  private static String head(Quotes.Quote quote) {
    List<String> lines = quote.text().lines().toList();
    boolean headed =
        lines.isEmpty()
            || !Units.row(lines.getFirst())
            || (lines.size() > 1 && Units.rule(lines.get(1)));
    if (headed) {
      return "";
    }
    List<String> rows = new ArrayList<>();
    for (String line : before(quote).lines().toList().reversed()) {
      if (!Units.row(line)) {
        break;
      }
      rows.addFirst(line.strip());
    }
    if (rows.size() > 1 && Units.rule(rows.get(1))) {
      return rows.getFirst() + "\n" + (Units.rule(lines.getFirst()) ? "" : rows.get(1) + "\n");
    }
    if (rows.size() == 1 && Units.rule(lines.getFirst())) {
      return rows.getFirst() + "\n";
    }
    List<String> context = quote.passage().context().lines().toList();
    if (!context.isEmpty() && Units.row(context.getLast())) {
      String first = context.getLast().strip();
      return first + "\n" + ruleUnder(first) + "\n";
    }
    return "";
  }

  private static String ruleUnder(String head) {
    long bars = head.replace("\\|", "").chars().filter(c -> c == '|').count();
    long cells = head.endsWith("|") ? bars - 1 : bars;
    return "|" + " --- |".repeat((int) Math.max(1, cells));
  }

  /// The text with the fences that the quote cut off its code.
  private static String fenced(Quotes.Quote quote, String text) {
    boolean inside = fences(before(quote)) % 2 == 1;
    String opened = inside ? "```\n" + text : text;
    return fences(opened) % 2 == 1 ? opened + "\n```" : opened;
  }

  private static long fences(String text) {
    return text.lines().filter(Units::fence).count();
  }

  private static String before(Quotes.Quote quote) {
    return quote
        .passage()
        .text()
        .substring(
            0,
            quote
                .passage()
                .text()
                .offsetByCodePoints(0, quote.start() - quote.passage().chunk().start()));
  }
}

package dev.gimbal.knowledge.engine.parser.text;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import dev.gimbal.knowledge.engine.parser.draft.Draft;

/// Text without markup: kept as it is, paragraphs end at blank lines.
public final class PlainText {
  private PlainText() {}

  /// Writes the text to the draft.
  public static void read(String source, Draft draft) {
    String text = Draft.clean(source);
    int base = draft.raw(text);
    int start = -1;
    int startLine = 0;
    int line = 0;
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      line++;
      boolean blank = text.substring(at, end).isBlank();
      if (blank && start >= 0) {
        mark(draft, base + start, base + at, startLine);
        start = -1;
      } else if (!blank && start < 0) {
        start = at;
        startLine = line;
      }
      at = end + 1;
    }
    if (start >= 0) {
      mark(draft, base + start, base + text.length(), startLine);
    }
  }

  private static void mark(Draft draft, int start, int end, int line) {
    draft.at(line(line));
    draft.mark(Kind.PARAGRAPH, start, end, 0, null);
  }

  static Locator line(int line) {
    return new Locator(null, null, null, null, null, line);
  }
}

package dev.gimbal.knowledge.engine.parser.draft;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A document while its reader writes it. Keeps what [ParsedDocument] promises: NFC and LF,
/// blocks in order with white space between them, the headings above each block, the limit of
/// the text. One thread.
public final class Draft {
  private static final Pattern SPACE = Pattern.compile("[\\s\\u00a0]+");

  /// What the control characters from 80 to 9F nearly always were meant to be.
  private static final String WINDOWS_1252 =
      "\u20ac \u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152 \u017d "
          + " \u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153 \u017e\u0178";

  private static final int HEADING_AT_MOST = 200;
  private static final int TITLE_AT_MOST = 300;
  private static final int METADATA_VALUE_AT_MOST = 2_000;
  private static final int METADATA_AT_MOST = 50;
  private static final int DEEPEST_HEADING = 6;

  private final int charactersAtMost;
  private final StringBuilder text = new StringBuilder();
  private final List<Mark> marks = new ArrayList<>();
  private final Deque<Heading> headings = new ArrayDeque<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private List<String> path = List.of();
  private @Nullable String title;
  private Locator place = Locator.NONE;
  private int levelShift;

  private record Heading(int level, String text) {}

  private record Mark(
      Kind kind, int start, int end, int level, List<String> headings, Locator place) {}

  /// @param charactersAtMost limit of the text, in UTF-16 units
  public Draft(int charactersAtMost) {
    this.charactersAtMost = charactersAtMost;
  }

  /// Where the blocks that follow stand.
  public void at(Locator newPlace) {
    place = newPlace;
  }

  /// Adds a heading; the blocks that follow stand under it.
  ///
  /// @param level 1 to 6
  public void heading(int level, String heading) {
    append(Kind.HEADING, level, oneLine(heading), "\n\n");
  }

  /// Adds a paragraph.
  public void paragraph(String paragraph) {
    append(Kind.PARAGRAPH, 0, paragraph, "\n\n");
  }

  /// Adds an item of a list.
  ///
  /// @param depth 0 for an outermost list
  /// @param marker `-` or `1.`
  public void item(int depth, String marker, String item) {
    String clean = clean(item).strip();
    if (clean.isEmpty()) {
      return;
    }
    boolean follows = !marks.isEmpty() && marks.getLast().kind() == Kind.LIST_ITEM;
    String indent = "  ".repeat(Math.clamp(depth, 0, 8));
    append(Kind.LIST_ITEM, 0, marker + " " + clean, (follows ? "\n" : "\n\n") + indent);
  }

  /// Adds a table; nothing if it is blank.
  public void table(MarkdownTable table) {
    append(Kind.TABLE, 0, table.render(), "\n\n");
  }

  /// Adds code; its line breaks and indents are kept.
  public void code(String code) {
    append(Kind.CODE, 0, code.stripTrailing(), "\n\n");
  }

  /// Adds text that already is NFC with LF, as it is; the caller marks its blocks.
  ///
  /// @return where it begins, for [#mark]
  public int raw(String normalised) {
    int start = text.isEmpty() ? 0 : text.append("\n\n").length();
    text.append(normalised);
    requireLength();
    return start;
  }

  /// Marks a block in [#raw] text; white space at its ends is left out, a blank one is no
  /// block.
  ///
  /// @param start in UTF-16 units from where the draft begins
  /// @param heading the heading's own words; null for what is none
  public void mark(Kind kind, int start, int end, int level, @Nullable String heading) {
    int from = start;
    int to = end;
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    if (from < to) {
      add(kind, from, to, level, heading);
    }
  }

  /// The blocks that follow stand under none of the headings before.
  public void leaveHeadings() {
    headings.clear();
    path = List.of();
  }

  /// Pushes the headings that follow so many levels down; for parts that are documents
  /// themselves.
  public void shiftLevels(int levels) {
    levelShift = levels;
  }

  /// Names the document, unless it has a name.
  public void title(@Nullable String words) {
    if (title == null && words != null) {
      String line = oneLine(clean(words));
      title = line.isEmpty() ? null : shorten(line, TITLE_AT_MOST);
    }
  }

  /// Whether it has a name.
  public boolean titled() {
    return title != null;
  }

  /// Notes what the document says of itself; the first value of a name counts.
  public void metadata(String name, @Nullable String value) {
    if (value != null && metadata.size() < METADATA_AT_MOST) {
      String line = shorten(oneLine(clean(value)), METADATA_VALUE_AT_MOST);
      if (!line.isEmpty()) {
        metadata.putIfAbsent(name, line);
      }
    }
  }

  /// Whether nothing was written.
  public boolean empty() {
    return marks.isEmpty();
  }

  /// The finished document.
  ///
  /// @throws KnowledgeException [KnowledgeError#DOCUMENT_EMPTY] if it has no text
  public ParsedDocument finish(String format, String fileName) {
    if (marks.isEmpty()) {
      throw new KnowledgeException(KnowledgeError.DOCUMENT_EMPTY, "the file holds no text");
    }
    List<Block> blocks = new ArrayList<>(marks.size());
    int units = 0;
    int points = 0;
    for (Mark mark : marks) {
      points += Character.codePointCount(text, units, mark.start());
      int start = points;
      points += Character.codePointCount(text, mark.start(), mark.end());
      units = mark.end();
      Locator at = mark.place();
      String section = mark.headings().isEmpty() ? null : String.join(" > ", mark.headings());
      Locator locator =
          new Locator(at.page(), at.slide(), at.sheet(), at.cells(), section, at.line());
      blocks.add(new Block(mark.kind(), start, points, mark.level(), mark.headings(), locator));
    }
    return new ParsedDocument(
        format, title == null ? baseName(fileName) : title, text.toString(), blocks, metadata);
  }

  private void append(Kind kind, int level, String words, String separator) {
    String clean = kind == Kind.CODE ? stripBlankLines(clean(words)) : clean(words).strip();
    if (clean.isBlank()) {
      return;
    }
    if (!text.isEmpty()) {
      text.append(separator);
    }
    int start = text.length();
    text.append(clean);
    requireLength();
    add(kind, start, text.length(), level, kind == Kind.HEADING ? clean : null);
  }

  private void add(Kind kind, int start, int end, int level, @Nullable String heading) {
    if (heading == null) {
      marks.add(new Mark(kind, start, end, 0, path, place));
      return;
    }
    int shifted = Math.clamp(level + levelShift, 1, DEEPEST_HEADING);
    while (!headings.isEmpty() && headings.peekLast().level() >= shifted) {
      headings.removeLast();
    }
    marks.add(new Mark(kind, start, end, shifted, words(), place));
    String line = shorten(oneLine(heading), HEADING_AT_MOST);
    if (!line.isEmpty()) {
      headings.addLast(new Heading(shifted, line));
    }
    path = words();
  }

  private List<String> words() {
    return headings.stream().map(Heading::text).toList();
  }

  private void requireLength() {
    if (text.length() > charactersAtMost) {
      throw Refusal.tooLong("the text has more than %d characters".formatted(charactersAtMost));
    }
  }

  /// NFC and LF, without control characters and halves of surrogate pairs.
  public static String clean(String words) {
    StringBuilder kept = new StringBuilder(words.length());
    for (int i = 0; i < words.length(); ) {
      int point = words.codePointAt(i);
      i += Character.charCount(point);
      if (point == '\r') {
        if (i >= words.length() || words.charAt(i) != '\n') {
          kept.append('\n');
        }
      } else if (point == '\f' || point == 0x0b || point == 0x2028) {
        kept.append('\n');
      } else if (Character.getType(point) == Character.SURROGATE) {
        kept.append('\ufffd');
      } else if (point >= 0x80 && point < 0xa0) {
        kept.append(WINDOWS_1252.charAt(point - 0x80));
      } else if (!unwanted(point)) {
        kept.appendCodePoint(point);
      }
    }
    return Normalizer.normalize(kept, Normalizer.Form.NFC);
  }

  private static boolean unwanted(int point) {
    return (Character.isISOControl(point) && point != '\n' && point != '\t') || point == 0xfeff;
  }

  private static String oneLine(String words) {
    return SPACE.matcher(words).replaceAll(" ").strip();
  }

  private static String stripBlankLines(String code) {
    int start = 0;
    for (int i = 0; i < code.length() && Character.isWhitespace(code.charAt(i)); i++) {
      if (code.charAt(i) == '\n') {
        start = i + 1;
      }
    }
    return code.substring(start).stripTrailing();
  }

  private static String shorten(String words, int most) {
    if (words.length() <= most) {
      return words;
    }
    int end = Character.isHighSurrogate(words.charAt(most - 1)) ? most - 1 : most;
    return words.substring(0, end);
  }

  private static String baseName(String fileName) {
    String name =
        fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    String base = shorten(oneLine(clean(dot > 0 ? name.substring(0, dot) : name)), TITLE_AT_MOST);
    return base.isEmpty() ? "untitled" : base;
  }
}

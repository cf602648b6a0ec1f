package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import dev.gimbal.platform.text.CodePoints;
import dev.gimbal.platform.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Cuts a block that does not fit: tables by rows, with the header row said again, code by lines,
/// prose by sentences into as few and as equal parts as fit; and what still does not fit by words.
final class BlockCutter {
  private static final Pattern RULE = Pattern.compile("[\\s|:+-]*-[\\s|:+-]*");

  private final CodePoints text;
  private final String string;
  private final int target;
  private final int room;

  /// @param target tokens of a part
  /// @param room tokens of a part at most
  BlockCutter(CodePoints text, int target, int room) {
    this.text = text;
    this.string = text.toString();
    this.target = target;
    this.room = room;
  }

  /// The block as it is if it fits, else its parts in order; empty for a block of white space.
  List<Piece> cut(Block block) {
    Span whole = trimmed(new Span(text.toChar(block.start()), text.toChar(block.end())));
    if (whole.start == whole.end) {
      return List.of();
    }
    if (tokens(whole) <= room) {
      return List.of(piece(block, whole, "", false, whole));
    }
    boolean lined = block.kind() == Kind.TABLE || block.kind() == Kind.CODE;
    List<Span> units = lined ? lines(whole) : sentences(whole);
    String header = block.kind() == Kind.TABLE ? header(units) : "";
    int most = room - WordPieces.estimate(header);
    if (most < room / 2) {
      header = "";
      most = room;
    }
    int goal = lined ? target : Math.ceilDiv(tokens(whole), Math.ceilDiv(tokens(whole), most));
    List<Piece> pieces = new ArrayList<>();
    for (Span part : grouped(units, most, goal)) {
      pieces.add(piece(block, part, pieces.isEmpty() ? "" : header, true, whole));
    }
    return pieces;
  }

  /// The longest beginning of a text, cut behind a word, of at most so many tokens.
  static String cutTo(String text, int tokens) {
    CodePoints points = CodePoints.of(text);
    BlockCutter cutter = new BlockCutter(points, tokens, tokens);
    List<Span> words = cutter.words(new Span(0, text.length()), tokens);
    return words.isEmpty() ? "" : text.substring(0, words.getFirst().end).strip();
  }

  private record Span(int start, int end) {}

  private Piece piece(Block block, Span span, String header, boolean alone, Span whole) {
    return new Piece(
        text.toCodePoint(span.start),
        text.toCodePoint(span.end),
        tokens(span),
        header,
        alone,
        block.kind() == Kind.HEADING,
        moved(block.locator(), whole.start, span.start));
  }

  /// Of a part further down the line is known too; the cells are those of the whole.
  private Locator moved(Locator locator, int from, int to) {
    Integer line = locator.line();
    if (line == null || from == to) {
      return locator;
    }
    int breaks = (int) string.substring(from, to).chars().filter(c -> c == '\n').count();
    return new Locator(
        locator.page(),
        locator.slide(),
        locator.sheet(),
        locator.cells(),
        locator.section(),
        line + breaks);
  }

  private List<Span> grouped(List<Span> units, int most, int goal) {
    List<Span> fitting = new ArrayList<>();
    for (Span unit : units) {
      fitting.addAll(tokens(unit) <= most ? List.of(unit) : words(unit, most));
    }
    List<Span> groups = new ArrayList<>();
    int start = -1;
    int end = -1;
    int size = 0;
    for (Span unit : fitting) {
      int tokens = tokens(unit);
      if (start >= 0 && (size + tokens > most || size + tokens / 2 > goal)) {
        groups.add(new Span(start, end));
        start = -1;
        size = 0;
      }
      start = start < 0 ? unit.start : start;
      end = unit.end;
      size += tokens;
    }
    if (start >= 0) {
      groups.add(new Span(start, end));
    }
    return groups;
  }

  private List<Span> lines(Span whole) {
    List<Span> lines = new ArrayList<>();
    int start = whole.start;
    for (int at = whole.start; at <= whole.end; at++) {
      if (at == whole.end || string.charAt(at) == '\n') {
        Span line = trimmed(new Span(start, at));
        if (line.start < line.end) {
          lines.add(line);
        }
        start = at + 1;
      }
    }
    return lines;
  }

  private List<Span> sentences(Span whole) {
    return Sentences.of(string.substring(whole.start, whole.end)).stream()
        .map(range -> new Span(whole.start + range.start(), whole.start + range.end()))
        .toList();
  }

  /// Cuts at white space, or anywhere in what has none.
  private List<Span> words(Span span, int most) {
    List<Span> parts = new ArrayList<>();
    int start = span.start;
    while (start < span.end) {
      int end = fitting(start, span.end, most);
      Span part = trimmed(new Span(start, end));
      if (part.start < part.end) {
        parts.add(part);
      }
      start = end;
    }
    return parts;
  }

  private int fitting(int start, int end, int most) {
    if (WordPieces.estimate(string, start, end) <= most) {
      return end;
    }
    int low = start + 1;
    int high = end;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (WordPieces.estimate(string, start, middle) <= most) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    for (int at = low; at > start + (low - start) / 2; at--) {
      if (Character.isWhitespace(string.charAt(at))) {
        return at;
      }
    }
    return Character.isLowSurrogate(string.charAt(low)) ? low + 1 : low;
  }

  private String header(List<Span> rows) {
    if (rows.size() < 2) {
      return "";
    }
    Span first = rows.getFirst();
    Span second = rows.get(1);
    boolean ruled = RULE.matcher(string.substring(second.start, second.end)).matches();
    return ruled ? string.substring(first.start, first.end) : "";
  }

  private int tokens(Span span) {
    return WordPieces.estimate(string, span.start, span.end);
  }

  private Span trimmed(Span span) {
    int start = span.start;
    int end = span.end;
    while (start < end && Character.isWhitespace(string.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(string.charAt(end - 1))) {
      end--;
    }
    return new Span(start, end);
  }
}

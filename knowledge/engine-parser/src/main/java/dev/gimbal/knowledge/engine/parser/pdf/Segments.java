package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.pdf.Piece.Segment;
import java.text.Bidi;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Glyphs become segments: words on one base line, ended by a gap as wide as a column's or a
/// cell's.
final class Segments {
  /// Gap between letters that is a space, in font sizes.
  private static final float SPACE = 0.17f;

  /// Gap between words that ends a segment, in font sizes: wider than spaces in justified
  /// text.
  private static final float BREAK = 1.1f;

  private static final Comparator<Glyph> BY_LINE = Comparator.comparingDouble(Glyph::y);

  private Segments() {}

  static List<Segment> of(List<Glyph> glyphs) {
    List<Segment> segments = new ArrayList<>();
    for (List<Glyph> line : lines(glyphs)) {
      line.sort(Comparator.comparingDouble(Glyph::x));
      int start = 0;
      for (int i = 1; i <= line.size(); i++) {
        if (i == line.size() || gap(line, i) > BREAK * line.get(i).size()) {
          segments.add(segment(line.subList(start, i)));
          start = i;
        }
      }
    }
    return segments;
  }

  /// The words of glyphs in lines from the top, one space between lines.
  static String words(List<Glyph> glyphs) {
    StringBuilder words = new StringBuilder();
    for (List<Glyph> line : lines(glyphs)) {
      line.sort(Comparator.comparingDouble(Glyph::x));
      Joiner.join(words, text(line));
    }
    return words.toString();
  }

  private static List<List<Glyph>> lines(List<Glyph> glyphs) {
    List<Glyph> sorted = new ArrayList<>(glyphs);
    sorted.sort(BY_LINE);
    List<List<Glyph>> lines = new ArrayList<>();
    List<Glyph> line = new ArrayList<>();
    float base = 0;
    float size = 0;
    for (Glyph glyph : sorted) {
      boolean same = !line.isEmpty() && glyph.y() - base < 0.45f * Math.max(size, glyph.size());
      if (!same) {
        line = new ArrayList<>();
        lines.add(line);
        base = glyph.y();
        size = glyph.size();
      }
      line.add(glyph);
      base = glyph.size() >= size * 0.9f ? glyph.y() : base;
      size = Math.max(size, glyph.size());
    }
    lines.forEach(Segments::dropDoubles);
    return lines;
  }

  /// Bold is sometimes made by printing a letter twice.
  private static void dropDoubles(List<Glyph> line) {
    line.sort(Comparator.comparingDouble(Glyph::x));
    for (int i = line.size() - 1; i > 0; i--) {
      Glyph a = line.get(i - 1);
      Glyph b = line.get(i);
      if (a.text().equals(b.text()) && b.x() - a.x() < Math.min(a.width(), b.width()) * 0.3f) {
        line.remove(i);
      }
    }
  }

  private static float gap(List<Glyph> line, int index) {
    return line.get(index).x() - line.get(index - 1).right();
  }

  private static Segment segment(List<Glyph> glyphs) {
    Box box = null;
    float size = 0;
    int bold = 0;
    float baseline = 0;
    for (Glyph glyph : glyphs) {
      Box its =
          new Box(
              glyph.x(),
              glyph.y() - glyph.size() * 0.8f,
              glyph.right(),
              glyph.y() + glyph.size() * 0.2f);
      box = box == null ? its : box.with(its);
      if (glyph.size() > size) {
        size = glyph.size();
        baseline = glyph.y();
      }
      bold += glyph.bold() ? 1 : 0;
    }
    if (box == null) {
      throw new IllegalArgumentException("glyphs must not be empty");
    }
    return new Segment(text(glyphs), box, baseline, size, bold * 10 >= glyphs.size() * 8);
  }

  private static String text(List<Glyph> glyphs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < glyphs.size(); i++) {
      if (i > 0 && (gap(glyphs, i) > SPACE * glyphs.get(i).size() || noteMark(glyphs, i))) {
        text.append(' ');
      }
      text.append(plain(glyphs.get(i).text()));
    }
    return logical(text.toString());
  }

  /// A small raised digit behind a digit is not part of the number.
  private static boolean noteMark(List<Glyph> glyphs, int index) {
    Glyph before = glyphs.get(index - 1);
    Glyph glyph = glyphs.get(index);
    return glyph.size() < before.size() * 0.8f
        && Character.isDigit(before.text().codePointAt(0))
        && Character.isDigit(glyph.text().codePointAt(0));
  }

  /// Ligatures and the shapes of Arabic letters are matters of looks. Several letters in one
  /// glyph are turned with the rest of a line that is read from the right.
  private static String plain(String glyph) {
    char c = glyph.charAt(0);
    boolean shape = (c >= '\ufb00' && c <= '\ufdff') || (c >= '\ufe70' && c <= '\ufefc');
    String plain = shape ? Normalizer.normalize(glyph, Normalizer.Form.NFKC) : glyph;
    boolean turned = plain.length() > 1 && Bidi.requiresBidi(plain.toCharArray(), 0, 1);
    return turned ? new StringBuilder(plain).reverse().toString() : plain;
  }

  /// From the order that is seen to the order that is read.
  private static String logical(String seen) {
    if (!Bidi.requiresBidi(seen.toCharArray(), 0, seen.length())) {
      return seen;
    }
    Bidi bidi = new Bidi(seen, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT);
    int runs = bidi.getRunCount();
    byte[] levels = new byte[runs];
    Integer[] order = new Integer[runs];
    for (int i = 0; i < runs; i++) {
      levels[i] = (byte) bidi.getRunLevel(i);
      order[i] = i;
    }
    Bidi.reorderVisually(levels, 0, order, 0, runs);
    StringBuilder read = new StringBuilder();
    for (int run : order) {
      String part = seen.substring(bidi.getRunStart(run), bidi.getRunLimit(run));
      read.append((levels[run] & 1) == 1 ? new StringBuilder(part).reverse() : part);
    }
    return read.toString();
  }
}

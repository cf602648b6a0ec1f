package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.engine.parser.draft.MarkdownTable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Finds tables by their rules. Lines that touch belong together; where they make at least
/// two by two cells they are a table. A cell whose wall to the next is missing is one cell
/// with it.
final class RuledTables {
  private static final float TOUCH = 3;
  private static final int LINES_AT_MOST = 3_000;

  private RuledTables() {}

  /// Takes the glyphs of each table out of `glyphs`.
  static List<Piece.Grid> take(List<Box> rules, List<Glyph> glyphs) {
    List<Piece.Grid> grids = new ArrayList<>();
    if (rules.size() > LINES_AT_MOST) {
      return grids;
    }
    for (List<Box> group : groups(rules)) {
      Grid grid = Grid.of(group);
      if (grid.columns() >= 2 && grid.rows() >= 2) {
        List<Glyph> inside = new ArrayList<>();
        for (Glyph glyph : glyphs) {
          if (grid.box().holds(glyph.x() + glyph.width() / 2, glyph.middle())) {
            inside.add(glyph);
          }
        }
        MarkdownTable table = grid.fill(inside);
        if (inside.size() > 1 && !table.blank()) {
          grids.add(new Piece.Grid(table, grid.box()));
          glyphs.removeAll(new java.util.HashSet<>(inside));
        }
      }
    }
    return grids;
  }

  private static List<List<Box>> groups(List<Box> rules) {
    List<List<Box>> groups = new ArrayList<>();
    boolean[] seen = new boolean[rules.size()];
    for (int i = 0; i < rules.size(); i++) {
      if (!seen[i]) {
        seen[i] = true;
        List<Box> group = new ArrayList<>(List.of(rules.get(i)));
        for (int k = 0; k < group.size(); k++) {
          for (int j = 0; j < rules.size(); j++) {
            if (!seen[j] && touch(group.get(k), rules.get(j))) {
              seen[j] = true;
              group.add(rules.get(j));
            }
          }
        }
        groups.add(group);
      }
    }
    return groups;
  }

  private static boolean touch(Box a, Box b) {
    return a.left() <= b.right() + TOUCH
        && b.left() <= a.right() + TOUCH
        && a.top() <= b.bottom() + TOUCH
        && b.top() <= a.bottom() + TOUCH;
  }

  /// Rows and columns between lines.
  private record Grid(float[] xs, float[] ys, List<Box> lines) {

    static Grid of(List<Box> lines) {
      TreeSet<Float> xs = new TreeSet<>();
      TreeSet<Float> ys = new TreeSet<>();
      for (Box line : lines) {
        if (line.height() > line.width()) {
          xs.add((line.left() + line.right()) / 2);
        } else {
          ys.add((line.top() + line.bottom()) / 2);
        }
      }
      return new Grid(merged(xs), merged(ys), lines);
    }

    private static float[] merged(TreeSet<Float> places) {
      List<Float> kept = new ArrayList<>();
      for (float place : places) {
        if (kept.isEmpty() || place - kept.getLast() > TOUCH) {
          kept.add(place);
        }
      }
      float[] array = new float[kept.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = kept.get(i);
      }
      return array;
    }

    int columns() {
      return xs.length - 1;
    }

    int rows() {
      return ys.length - 1;
    }

    Box box() {
      return new Box(xs[0], ys[0], xs[xs.length - 1], ys[ys.length - 1]);
    }

    MarkdownTable fill(List<Glyph> glyphs) {
      int[] owner = owners();
      List<List<Glyph>> cells = new ArrayList<>();
      for (int i = 0; i < rows() * columns(); i++) {
        cells.add(new ArrayList<>());
      }
      for (Glyph glyph : glyphs) {
        int column = Math.clamp(index(xs, glyph.x() + glyph.width() / 2), 0, columns() - 1);
        int row = Math.clamp(index(ys, glyph.middle()), 0, rows() - 1);
        cells.get(owner[row * columns() + column]).add(glyph);
      }
      List<String> words = cells.stream().map(Segments::words).toList();
      MarkdownTable table = new MarkdownTable();
      for (int r = 0; r < rows(); r++) {
        table.row();
        for (int c = 0; c < columns(); c++) {
          table.cell(words.get(owner[r * columns() + c]), 1, 1);
        }
      }
      return table;
    }

    /// Each cell's first cell of those that it is one with.
    private int[] owners() {
      int[] owner = new int[rows() * columns()];
      for (int r = 0; r < rows(); r++) {
        for (int c = 0; c < columns(); c++) {
          int cell = r * columns() + c;
          owner[cell] = cell;
          if (c > 0 && !wall(xs[c], ys[r], ys[r + 1], true)) {
            owner[cell] = owner[cell - 1];
          } else if (r > 0 && !wall(ys[r], xs[c], xs[c + 1], false)) {
            owner[cell] = owner[cell - columns()];
          }
        }
      }
      return owner;
    }

    private boolean wall(float at, float from, float to, boolean vertical) {
      float middle = (from + to) / 2;
      for (Box line : lines) {
        boolean along = vertical == line.height() > line.width();
        float place =
            vertical ? (line.left() + line.right()) / 2 : (line.top() + line.bottom()) / 2;
        float start = vertical ? line.top() : line.left();
        float end = vertical ? line.bottom() : line.right();
        if (along && Math.abs(place - at) <= TOUCH && start <= middle && end >= middle) {
          return true;
        }
      }
      return false;
    }

    private static int index(float[] places, float at) {
      int index = 0;
      while (index + 1 < places.length && places[index + 1] <= at) {
        index++;
      }
      return index;
    }
  }
}

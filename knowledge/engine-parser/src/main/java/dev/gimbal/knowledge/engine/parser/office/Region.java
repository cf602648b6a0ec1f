package dev.gimbal.knowledge.engine.parser.office;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Cells of a sheet, by row and column from 0; none is empty.
record Region(NavigableMap<Integer, NavigableMap<Integer, String>> cells) {

  /// The parts between empty rows (or columns).
  List<Region> split(boolean byRows) {
    return byRows ? byRows() : byColumns();
  }

  private List<Region> byRows() {
    List<Region> regions = new ArrayList<>();
    int before = Integer.MIN_VALUE;
    NavigableMap<Integer, NavigableMap<Integer, String>> part = new TreeMap<>();
    for (var row : cells.entrySet()) {
      if (!part.isEmpty() && row.getKey() > before + 1) {
        regions.add(new Region(part));
        part = new TreeMap<>();
      }
      part.put(row.getKey(), row.getValue());
      before = row.getKey();
    }
    regions.add(new Region(part));
    return regions;
  }

  private List<Region> byColumns() {
    List<Region> regions = new ArrayList<>();
    TreeSet<Integer> columns = columns();
    int start = columns.getFirst();
    int before = start;
    for (int column : columns) {
      if (column > before + 1) {
        regions.add(between(start, before));
        start = column;
      }
      before = column;
    }
    regions.add(between(start, before));
    return regions;
  }

  private Region between(int first, int last) {
    NavigableMap<Integer, NavigableMap<Integer, String>> part = new TreeMap<>();
    for (var row : cells.entrySet()) {
      NavigableMap<Integer, String> kept = row.getValue().subMap(first, true, last, true);
      if (!kept.isEmpty()) {
        part.put(row.getKey(), kept);
      }
    }
    return new Region(part);
  }

  private TreeSet<Integer> columns() {
    TreeSet<Integer> columns = new TreeSet<>();
    cells.values().forEach(row -> columns.addAll(row.keySet()));
    return columns;
  }

  /// All its rows, as wide as the widest.
  List<List<String>> rows() {
    TreeSet<Integer> columns = columns();
    List<List<String>> rows = new ArrayList<>();
    for (int r = cells.firstKey(); r <= cells.lastKey(); r++) {
      NavigableMap<Integer, String> row = cells.getOrDefault(r, new TreeMap<>());
      List<String> line = new ArrayList<>();
      for (int c = columns.getFirst(); c <= columns.getLast(); c++) {
        line.add(row.getOrDefault(c, ""));
      }
      rows.add(line);
    }
    return rows;
  }

  /// Where some of its rows stand, as in `B2:D9`.
  ///
  /// @param from first of them, from 0
  /// @param to behind the last
  String reference(int from, int to) {
    TreeSet<Integer> columns = columns();
    int top = cells.firstKey() + from + 1;
    int bottom = cells.firstKey() + to;
    String first = letters(columns.getFirst()) + top;
    String last = letters(columns.getLast()) + bottom;
    return first.equals(last) ? first : first + ":" + last;
  }

  static int column(String letters) {
    int column = 0;
    for (int i = 0; i < letters.length(); i++) {
      column = column * 26 + letters.charAt(i) - 'A' + 1;
    }
    return column - 1;
  }

  private static String letters(int column) {
    StringBuilder letters = new StringBuilder();
    for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
      letters.insert(0, (char) ('A' + (rest - 1) % 26));
    }
    return letters.toString();
  }
}

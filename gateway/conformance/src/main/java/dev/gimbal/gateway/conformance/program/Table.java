package dev.gimbal.gateway.conformance.program;

import dev.gimbal.gateway.conformance.Result;
import dev.gimbal.gateway.conformance.Suite;
import dev.gimbal.gateway.conformance.Verdict;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rows by pairs, in Markdown. A cell shows the worst of its row's cases that applied.
public final class Table {
  private final List<Result> results;

  public Table(List<Result> results) {
    this.results = results;
  }

  /// All of it: counts, the matrix, and what stands behind its cells.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> pairs = new ArrayList<>();
    for (Wire wire : Wire.values()) {
      pairs.add(wire.name().charAt(0) + " " + wire.label());
    }
    lines.add("Caller→upstream: " + String.join(", ", pairs) + ". Cases: " + counts() + ".");
    lines.add("");
    lines.addAll(matrix());
    section(lines, "FAIL", Verdict.FAIL);
    section(lines, "no: it said plainly that it does not", Verdict.NOT_SUPPORTED);
    section(lines, "-: does not apply", Verdict.NOT_APPLICABLE);
    return lines;
  }

  private void section(List<String> lines, String title, Verdict verdict) {
    List<String> reasons = reasons(verdict);
    if (!reasons.isEmpty()) {
      lines.addAll(List.of("", title, ""));
      lines.addAll(reasons);
    }
  }

  private List<String> matrix() {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("| row |");
    StringBuilder rule = new StringBuilder("|---|");
    for (Wire caller : Wire.values()) {
      for (Wire upstream : Wire.values()) {
        head.append(' ').append(pair(caller, upstream)).append(" |");
        rule.append("---|");
      }
    }
    lines.add(head.toString());
    lines.add(rule.toString());
    results.stream().map(Result::row).distinct().sorted().forEach(row -> lines.add(line(row)));
    return lines;
  }

  private String line(int row) {
    StringBuilder line = new StringBuilder("| " + row + " |");
    for (Wire caller : Wire.values()) {
      for (Wire upstream : Wire.values()) {
        line.append(' ').append(cell(row, caller, upstream)).append(" |");
      }
    }
    return line.toString();
  }

  private String cell(int row, Wire caller, Wire upstream) {
    Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
    for (Result one : results) {
      if (one.row() == row && one.caller() == caller && one.upstream() == upstream) {
        seen.add(one.verdict());
      }
    }
    for (Verdict worst : List.of(Verdict.FAIL, Verdict.NOT_SUPPORTED, Verdict.PASS)) {
      if (seen.contains(worst)) {
        return worst.sign();
      }
    }
    return Verdict.NOT_APPLICABLE.sign();
  }

  /// `C→M`
  private static String pair(Wire caller, Wire upstream) {
    return caller.name().charAt(0) + "→" + upstream.name().charAt(0);
  }

  /// Each case once, with the pairs it is so for.
  private List<String> reasons(Verdict verdict) {
    Map<String, List<Result>> byCase = new LinkedHashMap<>();
    for (Result one : results) {
      if (one.verdict() == verdict && !one.words().equals(Suite.PAIR_BROKEN)) {
        String key = verdict == Verdict.NOT_APPLICABLE ? one.title() + one.words() : one.title();
        byCase.computeIfAbsent(one.row() + key, name -> new ArrayList<>()).add(one);
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<Result> alike : byCase.values()) {
      Result first = alike.getFirst();
      List<String> pairs = alike.stream().map(r -> pair(r.caller(), r.upstream())).toList();
      lines.add(
          "- " + first.row() + " " + first.title() + " (" + pairs(pairs) + "): " + first.words());
    }
    return lines;
  }

  private static String pairs(List<String> pairs) {
    return pairs.size() == 16 ? "all" : String.join(" ", pairs);
  }

  private String counts() {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    results.forEach(one -> counts.merge(one.verdict(), 1, Integer::sum));
    return "%d pass, %d fail, %d not supported, %d do not apply"
        .formatted(
            counts.getOrDefault(Verdict.PASS, 0),
            counts.getOrDefault(Verdict.FAIL, 0),
            counts.getOrDefault(Verdict.NOT_SUPPORTED, 0),
            counts.getOrDefault(Verdict.NOT_APPLICABLE, 0));
  }
}

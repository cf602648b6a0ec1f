package dev.gimbal.knowledge.engine.parser;

import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads every file under `--data DIR`: what became of each, how long it took, and where a
/// reference in Markdown lies beside it (`sources/X`, `groundtruth/X.md`) how well the cells
/// of tables and the words agree with it. Both are F1 over bags.
final class ParserBench {
  private final Map<String, double[]> byFormat = new TreeMap<>();
  private final PrintStream out;

  private ParserBench(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[List.of(arguments).indexOf("--data") + 1]);
    new ParserBench(System.out).run(data, List.of(arguments).contains("--show"));
  }

  private void run(Path data, boolean show) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(data)) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(file -> !file.toString().contains("groundtruth"))
              .filter(file -> !file.endsWith("ORIGIN.txt"))
              .sorted()
              .toList();
    }
    try (ChildParser parser = ChildParser.create(ParserConfig.DEFAULT)) {
      for (Path file : files) {
        one(parser, file, show);
      }
    }
    byFormat.forEach(
        (format, sums) ->
            out.printf(
                "%-6s files %3.0f  ms/file %6.1f  words F1 %.3f of %.0f  cells F1 %.3f of %.0f%n",
                format,
                sums[0],
                sums[1] / sums[0],
                sums[2] / sums[3],
                sums[3],
                sums[4] / sums[5],
                sums[5]));
  }

  private void one(ChildParser parser, Path file, boolean show) throws IOException {
    long start = System.nanoTime();
    String name = String.valueOf(file.getFileName());
    try {
      ParsedDocument document = Promises.kept(parser.parse(file, name));
      double millis = (System.nanoTime() - start) / 1e6;
      double[] sums = byFormat.computeIfAbsent(document.format(), _ -> new double[6]);
      sums[0]++;
      sums[1] += millis;
      out.printf(
          "%-45s %-5s %7.0f ms %s%n",
          name, document.format(), millis, scores(file, document, sums));
      if (show) {
        Promises.outline(document).forEach(out::println);
      }
    } catch (KnowledgeException e) {
      double millis = (System.nanoTime() - start) / 1e6;
      out.printf("%-45s %s %.0f ms: %s%n", name, e.errorCode(), millis, e.getMessage());
    }
  }

  private static String scores(Path file, ParsedDocument document, double[] sums)
      throws IOException {
    Path reference =
        file.resolveSibling("../groundtruth/" + file.getFileName() + ".md").normalize();
    if (!Files.exists(reference)) {
      reference = Path.of(reference.toString().replace(".pdf.md", ".md"));
    }
    if (!Files.exists(reference)) {
      return "";
    }
    String expected = Files.readString(reference);
    double words = f1(words(expected), words(document.text()));
    sums[2] += words;
    sums[3]++;
    List<String> cells = cells(expected);
    if (cells.isEmpty()) {
      return "words %.3f".formatted(words);
    }
    StringBuilder tables = new StringBuilder();
    document.blocks().stream()
        .filter(block -> block.kind() == Kind.TABLE)
        .forEach(block -> tables.append(Promises.words(document, block)).append('\n'));
    double agreement = f1(cells, cells(tables.toString()));
    sums[4] += agreement;
    sums[5]++;
    return "words %.3f cells %.3f of %d".formatted(words, agreement, cells.size());
  }

  private static List<String> cells(String markdown) {
    List<String> cells = new ArrayList<>();
    for (String line : markdown.split("\n")) {
      String row = line.strip();
      if (row.startsWith("|") && !row.matches("[|\\s:-]+")) {
        for (String cell : row.replace("\\|", "\u0001").split("\\|")) {
          String plain = plain(cell);
          if (!plain.isEmpty()) {
            cells.add(plain);
          }
        }
      }
    }
    return cells;
  }

  private static List<String> words(String text) {
    return Stream.of(plain(text).split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  private static String plain(String text) {
    return text.replace("<!-- image -->", " ")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replaceAll("!?\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .replaceAll("[*_`#\\\\|]|(?<=\\s)-+(?=\\s)|~~", " ")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static double f1(List<String> expected, List<String> actual) {
    Map<String, Integer> left = new HashMap<>();
    expected.forEach(item -> left.merge(item, 1, Integer::sum));
    int common = 0;
    for (String item : actual) {
      if (left.merge(item, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    int all = expected.size() + actual.size();
    return all == 0 ? 1 : 2.0 * common / all;
  }
}

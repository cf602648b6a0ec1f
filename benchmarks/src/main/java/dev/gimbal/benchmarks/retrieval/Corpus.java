package dev.gimbal.benchmarks.retrieval;

import dev.gimbal.evaluation.retrieval.BeirDataset;
import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Documents by name as a parser would hand them over. The Markdown reader here knows what the
/// handbook uses: headings, fenced code, tables, lists.
final class Corpus {
  private static final Pattern HEADING = Pattern.compile("(#{1,6})\\s+(.*?)\\s*#*\\s*");
  private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d+[.)])\\s+.*");
  private static final Pattern TITLE =
      Pattern.compile("^title:\\s*[\"']?(.*?)[\"']?\\s*$", Pattern.MULTILINE);

  private Corpus() {}

  /// A BEIR corpus, by the documents' names; each as `gimbal eval retrieval` puts it in.
  static Map<String, ParsedDocument> beir(BeirDataset dataset) throws IOException {
    Map<String, ParsedDocument> documents = new LinkedHashMap<>();
    for (BeirDataset.CorpusDocument document : dataset.corpus()) {
      documents.put(
          document.id(),
          document.title().isBlank()
              ? plain(document.text())
              : markdown("# " + document.title() + "\n\n" + document.text()));
    }
    return documents;
  }

  /// The Markdown files under a folder, by path.
  static Map<String, ParsedDocument> markdown(Path directory) throws IOException {
    Map<String, ParsedDocument> documents = new LinkedHashMap<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path file : tree.filter(each -> each.toString().endsWith(".md")).sorted().toList()) {
        documents.put(directory.relativize(file).toString(), markdown(Files.readString(file)));
      }
    }
    return documents;
  }

  private static ParsedDocument plain(String source) {
    String text = Normalizer.normalize(source, Normalizer.Form.NFC).replace("\r\n", "\n");
    Draft draft = new Draft(text);
    int start = 0;
    Matcher gap = Pattern.compile("\\n\\s*\\n").matcher(text);
    while (gap.find()) {
      draft.add(Kind.PARAGRAPH, start, gap.start(), 0);
      start = gap.end();
    }
    draft.add(Kind.PARAGRAPH, start, text.length(), 0);
    return draft.document("txt", "");
  }

  private static ParsedDocument markdown(String source) {
    String text = Normalizer.normalize(source, Normalizer.Form.NFC).replace("\r\n", "\n");
    Matcher title = TITLE.matcher(text);
    Draft draft = new Draft(text);
    int at = text.startsWith("---\n") ? text.indexOf("\n---\n", 3) + 5 : 0;
    draft.add(Kind.PARAGRAPH, 0, at, 0);
    int start = at;
    Kind kind = Kind.PARAGRAPH;
    boolean fenced = false;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String line = text.substring(at, end);
      boolean fence = line.strip().startsWith("```");
      Matcher heading = HEADING.matcher(line);
      Kind next = kind(line, fenced || fence, kind);
      boolean begins =
          (fence && !fenced) || (!fenced && (next != kind || ITEM.matcher(line).matches()));
      if (!fenced && (line.isBlank() || begins || heading.matches())) {
        draft.add(kind, start, at, 0);
        start = at;
        kind = line.isBlank() ? Kind.PARAGRAPH : next;
      }
      fenced = fenced != fence;
      if (!fenced && !fence && heading.matches()) {
        draft.heading(at, end, heading.group(1).length(), heading.group(2));
        start = end;
        kind = Kind.PARAGRAPH;
      } else if (fence && !fenced) {
        draft.add(Kind.CODE, start, end, 0);
        start = end;
        kind = Kind.PARAGRAPH;
      }
      at = end + 1;
    }
    draft.add(kind, start, text.length(), 0);
    return draft.document("md", title.find() && title.start() < 400 ? title.group(1) : draft.first);
  }

  private static Kind kind(String line, boolean code, Kind before) {
    if (code) {
      return Kind.CODE;
    }
    if (line.strip().startsWith("|")) {
      return Kind.TABLE;
    }
    if (ITEM.matcher(line).matches()) {
      return Kind.LIST_ITEM;
    }
    return before == Kind.TABLE || before == Kind.CODE ? Kind.PARAGRAPH : before;
  }

  /// Blocks of a text, given by indexes into the string.
  private static final class Draft {
    private final String text;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> path = new ArrayList<>();
    private String first = "";

    private Draft(String text) {
      this.text = text;
    }

    private void heading(int start, int end, int level, String heading) {
      while (path.size() >= level) {
        path.removeLast();
      }
      add(Kind.HEADING, start, end, level);
      path.add(heading);
      first = first.isEmpty() && level == 1 ? heading : first;
    }

    private void add(Kind kind, int start, int end, int level) {
      int from = start;
      int to = Math.max(start, end);
      while (from < to && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
      while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
        to--;
      }
      if (from < to) {
        Locator locator = new Locator(null, null, null, null, String.join(" > ", path), null);
        blocks.add(
            new Block(
                kind,
                text.codePointCount(0, from),
                text.codePointCount(0, to),
                level,
                List.copyOf(path),
                locator));
      }
    }

    private ParsedDocument document(String format, String title) {
      return new ParsedDocument(format, title, text, blocks, Map.of());
    }
  }
}

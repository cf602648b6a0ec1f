package dev.gimbal.benchmarks.retrieval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.benchmarks.retrieval.BenchIndex.Found;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The questions on the handbook with their gold files and quotes. Counted as the comparison of
/// rivals counts: of anaphora and negation only the last file is gold; a quote must stand inside
/// one passage, within the first 6,000 characters of the ranked passages; link targets, tags and
/// everything but letters and digits do not count; quotes that are not in their file are left out.
final class Handbook {
  private static final int CHARACTERS = 6_000;
  private static final int DEPTH = 50;
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final List<Question> questions = new ArrayList<>();

  record Question(String type, String text, List<String> files, List<String> quotes) {}

  /// Counts of one type of question.
  private static final class Tally {
    private int questions;
    private int hits;
    private double reciprocal;
    private int quotable;
    private int quoted;
  }

  Handbook(Path directory, Map<String, ParsedDocument> documents) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("datasets"))) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          questions.add(question(Json.MAPPER.readTree(line), documents));
        }
      }
    }
  }

  List<Question> questions() {
    return List.copyOf(questions);
  }

  List<String> texts() {
    return questions.stream().map(Question::text).toList();
  }

  /// A line for each type and one for all.
  List<String> measure(BenchIndex index, String retrieval) {
    Map<String, Tally> tallies = new TreeMap<>();
    for (Question question : questions) {
      List<Found> found = index.search(question.text(), retrieval, DEPTH);
      for (String type : List.of(question.type(), "all")) {
        count(question, found, tallies.computeIfAbsent(type, absent -> new Tally()));
      }
    }
    List<String> lines = new ArrayList<>();
    tallies.forEach(
        (type, tally) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-8s %-22s n %3d  hit@5 %.3f  mrr@20 %.3f  quote@6000 %.3f (%d/%d)",
                    retrieval,
                    type,
                    tally.questions,
                    (double) tally.hits / tally.questions,
                    tally.reciprocal / tally.questions,
                    (double) tally.quoted / tally.quotable,
                    tally.quoted,
                    tally.quotable)));
    return lines;
  }

  /// Questions whose quote the first characters do not hold.
  List<String> missed(BenchIndex index, String retrieval) {
    List<String> missed = new ArrayList<>();
    for (Question question : questions) {
      if (!question.quotes().isEmpty()
          && !quoted(question, index.search(question.text(), retrieval, DEPTH))) {
        missed.add(question.type() + ": " + question.text() + "\n    " + question.quotes());
      }
    }
    return missed;
  }

  private static void count(Question question, List<Found> found, Tally tally) {
    tally.questions++;
    for (int at = 0; at < Math.min(20, found.size()); at++) {
      if (question.files().contains(found.get(at).document())) {
        tally.hits += at < 5 ? 1 : 0;
        tally.reciprocal += 1.0 / (at + 1);
        break;
      }
    }
    if (!question.quotes().isEmpty()) {
      tally.quotable++;
      tally.quoted += quoted(question, found) ? 1 : 0;
    }
  }

  private static boolean quoted(Question question, List<Found> found) {
    int left = CHARACTERS;
    for (Found passage : found) {
      String text = passage.chunk().text();
      String shown = normalised(text.substring(0, Math.min(left, text.length())));
      if (question.quotes().stream().anyMatch(shown::contains)) {
        return true;
      }
      left -= text.length();
      if (left <= 0) {
        return false;
      }
    }
    return false;
  }

  private static Question question(JsonNode row, Map<String, ParsedDocument> documents) {
    String type = row.path("type").asText();
    List<JsonNode> gold = new ArrayList<>();
    row.path("retrieval").forEach(gold::add);
    if (type.contains("Anaphora") || type.contains("Negation")) {
      gold = List.of(gold.getLast());
    }
    List<String> files = new ArrayList<>();
    List<String> quotes = new ArrayList<>();
    for (JsonNode entry : gold) {
      entry
          .properties()
          .forEach(
              file -> {
                files.add(file.getKey());
                ParsedDocument document = documents.get(file.getKey());
                String whole = document == null ? "" : normalised(document.text());
                file.getValue()
                    .forEach(
                        quote -> {
                          String text = normalised(quote.asText());
                          if (!text.isEmpty() && whole.contains(text)) {
                            quotes.add(text);
                          }
                        });
              });
    }
    String context = row.path("context").asText("");
    String text = (context + " " + row.path("question").asText()).strip();
    return new Question(type, text, files, quotes);
  }

  /// Letters and digits alone, as quotes are compared.
  static String normalised(String text) {
    String bare = TAG.matcher(LINK.matcher(text).replaceAll("$1")).replaceAll("");
    return OTHER.matcher(bare).replaceAll("").toLowerCase(Locale.ROOT);
  }
}

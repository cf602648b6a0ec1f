package dev.gimbal.evaluation.retrieval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A retrieval set in the form of BEIR: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`. Only the
/// queries that have a relevant document are kept.
///
/// @param queries id to text, in the file's order
/// @param grades query id to document id to grade
public record BeirDataset(
    Path directory, Map<String, String> queries, Map<String, Map<String, Integer>> grades) {

  public BeirDataset {
    queries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(queries));
    grades = Map.copyOf(grades);
  }

  /// A document of the corpus; the title is often empty.
  public record CorpusDocument(String id, String title, String text) {}

  /// @throws IOException naming the file and line that cannot be read
  public static BeirDataset open(Path directory) throws IOException {
    Map<String, Map<String, Integer>> grades = grades(directory.resolve("qrels/test.tsv"));
    Map<String, String> queries = new LinkedHashMap<>();
    for (JsonNode line : lines(directory.resolve("queries.jsonl"))) {
      String id = line.path("_id").asText();
      if (grades.getOrDefault(id, Map.of()).values().stream().anyMatch(grade -> grade > 0)) {
        queries.put(id, line.path("text").asText());
      }
    }
    if (queries.isEmpty()) {
      throw new IOException(directory + " has no query with a relevant document");
    }
    return new BeirDataset(directory, queries, grades);
  }

  /// The corpus, read whole.
  public List<CorpusDocument> corpus() throws IOException {
    List<CorpusDocument> corpus = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    for (JsonNode line : lines(directory.resolve("corpus.jsonl"))) {
      String id = line.path("_id").asText();
      if (seen.add(id)) {
        corpus.add(
            new CorpusDocument(id, line.path("title").asText(""), line.path("text").asText("")));
      }
    }
    return corpus;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          lines.add(parsed(file, number, line));
        }
      }
    }
    return lines;
  }

  private static JsonNode parsed(Path file, int number, String line) throws IOException {
    try {
      return Json.tree(line);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " line " + number + " is not JSON", e);
    }
  }

  private static Map<String, Map<String, Integer>> grades(Path file) throws IOException {
    Map<String, Map<String, Integer>> grades = new HashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      List<String> columns = List.of(line.split("\t", -1));
      boolean heading = number == 1 && columns.getFirst().startsWith("query");
      if (line.isBlank() || heading) {
        continue;
      }
      if (columns.size() < 3) {
        throw new IOException(file + " line " + number + " has not the three columns of a qrel");
      }
      try {
        grades
            .computeIfAbsent(columns.get(0), query -> new HashMap<>())
            .put(columns.get(1), Integer.parseInt(columns.getLast().strip()));
      } catch (NumberFormatException e) {
        throw new IOException(file + " line " + number + ": the grade is not a number", e);
      }
    }
    return grades;
  }
}

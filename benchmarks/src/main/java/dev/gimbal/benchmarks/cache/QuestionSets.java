package dev.gimbal.benchmarks.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.benchmarks.cache.SemanticBench.Asked;
import dev.gimbal.benchmarks.cache.SemanticBench.QuestionSet;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Sets of questions of which it is known which mean the same, from public data.
final class QuestionSets {
  private static final long SEED = 20261122;
  private static final int KEPT = 1_000;
  private static final int ASKED = 700;

  private QuestionSets() {}

  static List<QuestionSet> of(Path data) throws IOException {
    List<Asked> banking = banking(data.resolve("intent/banking77/test.csv"));
    List<Asked> handbook = handbook(data.resolve("rag/gitlab-handbook-deep-rag/datasets"));
    List<Asked> chinese = lines(data.resolve("retrieval-zh/rgb-zh-pool/queries.jsonl"), 300);
    List<Asked> claims = lines(data.resolve("retrieval-en/scifact/queries.jsonl"), 600);
    JsonNode clinc = Json.tree(Files.readString(data.resolve("intent/clinc150/data_full.json")));
    List<Asked> clincAsked = new ArrayList<>(clinc(clinc, "test").subList(0, ASKED));
    clincAsked.addAll(clinc(clinc, "oos_test").subList(0, 200));
    List<Asked> english = new ArrayList<>(handbook);
    english.addAll(banking.subList(0, 300));
    english.addAll(clincAsked.subList(0, 200));
    return List.of(
        new QuestionSet(
            "banking77, same intent is right",
            "en",
            banking(data.resolve("intent/banking77/train.csv")).subList(0, KEPT),
            banking.subList(0, ASKED),
            false),
        new QuestionSet(
            "clinc150 with out-of-scope, same intent is right",
            "en",
            clinc(clinc, "train").subList(0, KEPT),
            clincAsked,
            false),
        new QuestionSet("handbook questions, all differ", "en", handbook, handbook, false),
        new QuestionSet("SciFact claims, all differ", "en", claims, claims, false),
        new QuestionSet("RGB questions (zh), all differ", "zh", chinese, chinese, false),
        changed("minimal pairs (en), all differ", "en", english, MinimalPairs::different),
        changed("minimal pairs (zh), all differ", "zh", chinese, MinimalPairs::chineseDifferent),
        changed("harmless changes (en), all the same", "en", english, MinimalPairs::same),
        changed("harmless changes (zh), all the same", "zh", chinese, MinimalPairs::chineseSame));
  }

  /// What is made of a text.
  interface Change {
    List<Asked> of(Asked original);
  }

  private static QuestionSet changed(
      String name, String model, List<Asked> originals, Change change) {
    List<Asked> kept = new ArrayList<>();
    List<Asked> asked = new ArrayList<>();
    for (Asked original : originals) {
      for (Asked other : change.of(original)) {
        kept.add(original);
        asked.add(other);
      }
    }
    return new QuestionSet(name, model, kept, asked, true);
  }

  private static List<Asked> shuffled(List<Asked> questions) {
    Collections.shuffle(questions, new Random(SEED));
    return questions;
  }

  private static List<Asked> banking(Path file) throws IOException {
    List<Asked> questions = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      int comma = line.lastIndexOf(',');
      String text = comma < 0 ? "" : line.substring(0, comma);
      boolean whole = !text.startsWith("\"") || (text.length() > 1 && text.endsWith("\""));
      if (comma > 0 && whole && !line.startsWith("text,")) {
        questions.add(new Asked(unquoted(text), line.substring(comma + 1)));
      }
    }
    return shuffled(questions);
  }

  private static String unquoted(String text) {
    return text.startsWith("\"")
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text;
  }

  private static List<Asked> clinc(JsonNode all, String part) {
    List<Asked> questions = new ArrayList<>();
    all.path(part).forEach(row -> questions.add(new Asked(row.get(0).asText(), label(row))));
    return shuffled(questions);
  }

  /// Two questions out of scope have nothing in common.
  private static String label(JsonNode row) {
    String intent = row.get(1).asText();
    return intent.equals("oos") ? "oos " + row.get(0).asText() : intent;
  }

  private static List<Asked> lines(Path file, int most) throws IOException {
    List<Asked> questions = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode row = Json.tree(line);
      questions.add(new Asked(row.path("text").asText(), row.path("_id").asText()));
    }
    return questions.subList(0, Math.min(most, questions.size()));
  }

  /// Without those that go on from an earlier turn ("and the next one?"): the cache compares
  /// questions with equal history only.
  private static List<Asked> handbook(Path folder) throws IOException {
    List<Asked> questions = new ArrayList<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(f -> isSingle(f)).sorted().toList()) {
        String text = Files.readString(file);
        if (file.toString().endsWith("l")) {
          for (String line : text.lines().filter(l -> !l.isBlank()).toList()) {
            collect(Json.tree(line), questions);
          }
        } else {
          collect(Json.tree(text), questions);
        }
      }
    }
    return questions.stream().distinct().toList();
  }

  private static boolean isSingle(Path file) {
    String name = file.toString();
    return name.matches(".*\\.jsonl?") && !name.contains("anaphora");
  }

  private static void collect(JsonNode node, List<Asked> questions) {
    JsonNode question =
        node.path("question").isTextual() ? node.path("question") : node.path("query");
    if (question.isTextual()) {
      questions.add(new Asked(question.asText(), question.asText()));
    }
    if (node.isContainerNode()) {
      node.forEach(child -> collect(child, questions));
    }
  }
}

package dev.gimbal.benchmarks.retrieval;

import dev.gimbal.benchmarks.retrieval.BenchIndex.Found;
import dev.gimbal.evaluation.retrieval.BeirDataset;
import dev.gimbal.knowledge.core.answers.Evidence;
import dev.gimbal.knowledge.core.answers.Judging;
import dev.gimbal.knowledge.core.answers.Vectors;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.HitStore;
import dev.gimbal.knowledge.core.store.StoredChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Quoted answers without a server: each question is asked of all documents, and again with all its
/// gold documents removed from the index. An answer holds when a gold quote stands in what is
/// quoted.
final class AnswerBench {
  private static final int CANDIDATES = 50;
  private static final int PASSAGES = 12;
  private static final int CHARACTERS = 1_200;
  private static final int QUOTES = 3;
  private static final double THRESHOLD =
      Double.parseDouble(System.getProperty("threshold", "0.4"));

  private final VectorCache cache;
  private final @Nullable Missing missing;
  private final List<Row> rows = new ArrayList<>();

  /// Hears of sentences without a vector.
  @FunctionalInterface
  interface Missing {
    void text(String model, String text, boolean query);
  }

  /// One question asked once.
  private record Row(
      int question,
      boolean present,
      String type,
      Judging.Measured measured,
      @Nullable Boolean held) {}

  AnswerBench(VectorCache cache, @Nullable Missing missing) {
    this.cache = cache;
    this.missing = missing;
  }

  /// Questions of a retrieval set, which has no quotes.
  static List<Handbook.Question> questions(String type, BeirDataset dataset) {
    List<Handbook.Question> questions = new ArrayList<>();
    dataset
        .queries()
        .forEach(
            (id, text) -> {
              List<String> gold =
                  dataset.grades().getOrDefault(id, Map.of()).entrySet().stream()
                      .filter(grade -> grade.getValue() > 0)
                      .map(Map.Entry::getKey)
                      .toList();
              if (!gold.isEmpty()) {
                questions.add(new Handbook.Question(type, text, gold, List.of()));
              }
            });
    return questions;
  }

  void run(BenchIndex index, List<Handbook.Question> questions) {
    int first = rows.size();
    Map<List<String>, List<Integer>> byGold = new LinkedHashMap<>();
    for (int at = 0; at < questions.size(); at++) {
      byGold.computeIfAbsent(questions.get(at).files(), gold -> new ArrayList<>()).add(at);
    }
    byGold.forEach(
        (gold, own) -> {
          own.forEach(at -> ask(index, first + at, questions.get(at), true));
          index.without(
              gold, () -> own.forEach(at -> ask(index, first + at, questions.get(at), false)));
        });
  }

  private void ask(BenchIndex index, int number, Handbook.Question question, boolean present) {
    Map<String, float[]> asked = new HashMap<>();
    for (String model : List.of("en", "zh")) {
      float[] vector = cache.query(model, question.text());
      if (vector != null) {
        asked.put(model, vector);
      }
    }
    List<Evidence> found = new ArrayList<>();
    for (Found passage : index.search(question.text(), "hybrid", CANDIDATES)) {
      found.add(evidence(passage));
    }
    Judging.Measured measured =
        new Judging(PASSAGES, new Cached())
            .measure(
                question.text(),
                found,
                index.frequencies(Judging.words(question.text())),
                asked,
                CHARACTERS,
                QUOTES);
    String all = Handbook.normalised(String.join(" ", measured.quotes()));
    Boolean held =
        question.quotes().isEmpty() ? null : question.quotes().stream().anyMatch(all::contains);
    rows.add(new Row(number, present, question.type(), measured, held));
  }

  private static Evidence evidence(Found found) {
    String model = found.chunk().language().equals("zh") ? "zh" : "en";
    StoredChunk chunk =
        new StoredChunk(
            UUID.nameUUIDFromBytes(
                found.document().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            found.chunk().ordinal(),
            found.chunk().start(),
            found.chunk().end(),
            found.chunk().text(),
            found.chunk().context(),
            found.chunk().language(),
            model,
            found.chunk().locator(),
            Hash.of(found.chunk().embedded()));
    return new Evidence(
        new HitStore.HitRow(chunk.version(), 1, found.document(), "md", chunk), found.score());
  }

  /// A line for each type and one for all.
  List<String> summary() {
    Map<String, List<Row>> types = new TreeMap<>();
    rows.forEach(row -> types.computeIfAbsent(row.type(), type -> new ArrayList<>()).add(row));
    types.put("handbook, all", rows.stream().filter(row -> !row.type().contains("-zh/")).toList());
    List<String> lines = new ArrayList<>();
    types.forEach(
        (type, own) -> {
          List<Row> present = own.stream().filter(Row::present).toList();
          List<Row> removed = own.stream().filter(row -> !row.present()).toList();
          List<Row> quotable = present.stream().filter(row -> row.held() != null).toList();
          lines.add(
              String.format(
                  Locale.ROOT,
                  "%-28s n %3d  found %.3f  held %.3f  refused wrongly %.3f  answered wrongly %.3f",
                  type,
                  present.size(),
                  share(quotable, row -> Boolean.TRUE.equals(row.held())),
                  share(quotable, row -> Boolean.TRUE.equals(row.held()) && answers(row)),
                  share(present, row -> !answers(row)),
                  share(removed, AnswerBench::answers)));
        });
    return lines;
  }

  /// Signals of every question: `question present type strength first sentence mass nearness held
  /// characters`.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      StringBuilder line = new StringBuilder();
      line.append(row.question()).append('\t').append(row.present() ? 1 : 0);
      line.append('\t').append(row.type()).append('\t').append(row.measured().strength());
      row.measured().signals().forEach(signal -> line.append('\t').append(signal));
      line.append('\t').append(row.held());
      lines.add(line.append('\t').append(characters(row)).toString());
    }
    return lines;
  }

  private static int characters(Row row) {
    return row.measured().quotes().stream().mapToInt(String::length).sum();
  }

  private static boolean answers(Row row) {
    return row.measured().strength() >= THRESHOLD;
  }

  private static double share(List<Row> rows, java.util.function.Predicate<Row> wanted) {
    return rows.isEmpty()
        ? Double.NaN
        : (double) rows.stream().filter(wanted).count() / rows.size();
  }

  private final class Cached implements Vectors {
    @Override
    public Map<Hash, float[]> ofPassages(List<Evidence> passages) {
      Map<Hash, float[]> own = new HashMap<>();
      for (Evidence passage : passages) {
        StoredChunk chunk = passage.row().chunk();
        float[] vector = cache.passage(chunk.model(), chunk.chunk().embedded());
        if (vector != null) {
          own.put(chunk.hash(), vector);
        }
      }
      return own;
    }

    @Override
    public List<float[]> ofSentences(String model, List<String> sentences) {
      List<float[]> made = new ArrayList<>();
      for (String sentence : sentences) {
        float[] vector = cache.passage(model, sentence);
        if (vector == null && missing != null) {
          missing.text(model, sentence, false);
        }
        // One that lacks its vector lies nowhere near.
        made.add(vector == null ? new float[0] : vector);
      }
      return made;
    }
  }
}

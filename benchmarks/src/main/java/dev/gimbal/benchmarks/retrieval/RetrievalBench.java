package dev.gimbal.benchmarks.retrieval;

import dev.gimbal.evaluation.retrieval.BeirDataset;
import dev.gimbal.evaluation.retrieval.Measures;
import dev.gimbal.evaluation.retrieval.RankedDocument;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.knowledge.core.chunking.ChunkingConfig;
import dev.gimbal.knowledge.core.chunking.ChunkingModule;
import dev.gimbal.knowledge.core.index.IndexConfig;
import dev.gimbal.knowledge.core.index.IndexModule;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Retrieval quality of chunker and index on cached vectors.
///
///     RetrievalBench texts DATA            prints what embed.py shall embed
///     RetrievalBench run DATA CACHE RUNS   measures, and writes a run file for each set
///     RetrievalBench sentences DATA CACHE  prints what embed.py shall embed for answers
///     RetrievalBench answers DATA CACHE RUNS   quoted answers: held, refused and answered wrongly
public final class RetrievalBench {
  private static final List<String> SETS =
      List.of(
          System.getProperty(
                  "sets", "retrieval-en/scifact,retrieval-en/cacm,retrieval-zh/rgb-zh-pool")
              .split(","));
  private static final List<String> RETRIEVALS =
      List.of(System.getProperty("retrievals", "keyword,vector,hybrid").split(","));
  private static final String HANDBOOK = "rag/gitlab-handbook-deep-rag";
  private static final int DEPTH = 1_000;

  private final Path data;
  private final PrintStream out;
  private final Chunker chunker =
      ChunkingModule.create(
          new ChunkingConfig(
              Integer.getInteger("target", ChunkingConfig.DEFAULT.targetTokens()),
              ChunkingConfig.DEFAULT.mostTokens()));

  private RetrievalBench(Path data, PrintStream out) {
    this.data = data;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RetrievalBench bench = new RetrievalBench(Path.of(arguments[1]), out);
    switch (arguments[0]) {
      case "texts" -> bench.texts();
      case "sentences" -> bench.answers(Path.of(arguments[2]), null);
      case "answers" -> bench.answers(Path.of(arguments[2]), Path.of(arguments[3]));
      default -> bench.run(Path.of(arguments[2]), Path.of(arguments[3]));
    }
  }

  private void texts() throws IOException {
    Map<String, ParsedDocument> handbook = handbook();
    for (String question : new Handbook(data.resolve(HANDBOOK), handbook).texts()) {
      print("en", question, true);
    }
    handbook.values().forEach(this::passages);
    for (String set : SETS) {
      BeirDataset dataset = BeirDataset.open(data.resolve(set));
      for (String query : dataset.queries().values()) {
        print("en", query, true);
        print("zh", query, true);
      }
      Corpus.beir(dataset).values().forEach(this::passages);
    }
  }

  private void passages(ParsedDocument document) {
    for (Chunk chunk : chunker.chunk(document)) {
      print(chunk.language().equals("zh") ? "zh" : "en", chunk.embedded(), false);
    }
  }

  private void print(String model, String text, boolean query) {
    out.println(Json.write(Map.of("model", model, "text", text, "query", query)));
  }

  private void run(Path cacheDirectory, Path runs) throws IOException {
    VectorCache cache = new VectorCache(cacheDirectory);
    Files.createDirectories(runs);
    Path root = Files.createTempDirectory("retrieval-bench");
    try (PassageIndex index = IndexModule.create(IndexConfig.DEFAULT, root)) {
      Map<String, ParsedDocument> documents = handbook();
      BenchIndex one = new BenchIndex(index, chunker, cache);
      one.add(documents);
      out.printf("handbook: %d passages, %d without vector%n", one.passages(), one.unembedded());
      Handbook handbook = new Handbook(data.resolve(HANDBOOK), documents);
      for (String retrieval : RETRIEVALS) {
        handbook.measure(one, retrieval).forEach(out::println);
      }
      Files.write(runs.resolve("handbook-missed.txt"), handbook.missed(one, "hybrid"));
      BenchIndex pooled = new BenchIndex(index, chunker, cache);
      Map<String, BeirDataset> sets = new LinkedHashMap<>();
      for (String set : SETS) {
        BeirDataset dataset = BeirDataset.open(data.resolve(set));
        sets.put(set, dataset);
        BenchIndex alone = new BenchIndex(index, chunker, cache);
        Map<String, ParsedDocument> corpus = Corpus.beir(dataset);
        alone.add(corpus);
        pooled.add(corpus);
        measure(set, dataset, alone, runs);
      }
      sets.forEach((set, dataset) -> measure("pooled/" + set, dataset, pooled, runs));
    }
  }

  /// @param runs null: print the sentences that lack a vector
  private void answers(Path cacheDirectory, @Nullable Path runs) throws IOException {
    VectorCache cache = new VectorCache(cacheDirectory);
    Path root = Files.createTempDirectory("answer-bench");
    try (PassageIndex index = IndexModule.create(IndexConfig.DEFAULT, root)) {
      AnswerBench bench = new AnswerBench(cache, runs == null ? this::print : null);
      Map<String, ParsedDocument> documents = handbook();
      BenchIndex one = new BenchIndex(index, chunker, cache);
      one.add(documents);
      bench.run(one, new Handbook(data.resolve(HANDBOOK), documents).questions());
      for (String set : SETS) {
        if (set.contains("-zh/")) {
          BeirDataset dataset = BeirDataset.open(data.resolve(set));
          BenchIndex chinese = new BenchIndex(index, chunker, cache);
          chinese.add(Corpus.beir(dataset));
          bench.run(chinese, AnswerBench.questions(set, dataset));
        }
      }
      if (runs != null) {
        Files.createDirectories(runs);
        Files.write(runs.resolve("answers.tsv"), bench.lines());
        bench.summary().forEach(out::println);
      }
    }
  }

  private void measure(String name, BeirDataset dataset, BenchIndex index, Path runs) {
    for (String retrieval : RETRIEVALS) {
      List<Measures> all = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      dataset
          .queries()
          .forEach(
              (id, text) -> {
                List<RankedDocument> ranking = new ArrayList<>();
                index
                    .documents(text, retrieval, DEPTH)
                    .forEach(
                        (document, score) -> {
                          ranking.add(new RankedDocument(document, score));
                          lines.add(
                              id
                                  + " Q0 "
                                  + document
                                  + ' '
                                  + ranking.size()
                                  + ' '
                                  + score
                                  + " gimbal");
                        });
                all.add(Measures.of(ranking, dataset.grades().getOrDefault(id, Map.of())));
              });
      try {
        Files.write(runs.resolve(name.replace('/', '-') + '.' + retrieval + ".run"), lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.printf(
          Locale.ROOT,
          "%-34s %-8s ndcg@10 %.4f  map %.4f  recall@100 %.4f  (%d passages, %d without vector)%n",
          name,
          retrieval,
          all.stream().mapToDouble(Measures::ndcgAt10).average().orElse(0),
          all.stream().mapToDouble(Measures::averagePrecision).average().orElse(0),
          all.stream().mapToDouble(Measures::recallAt100).average().orElse(0),
          index.passages(),
          index.unembedded());
    }
  }

  private Map<String, ParsedDocument> handbook() throws IOException {
    return Corpus.markdown(data.resolve(HANDBOOK).resolve("content/handbook"));
  }
}

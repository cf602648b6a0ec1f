package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.evaluation.retrieval.BeirDataset;
import dev.gimbal.evaluation.retrieval.Interval;
import dev.gimbal.evaluation.retrieval.RankedDocument;
import dev.gimbal.evaluation.retrieval.StrategyReport;
import dev.gimbal.evaluation.retrieval.StrategyReport.QueryReport;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "retrieval",
    description = {
      "Puts a BEIR corpus in through the product's own ingestion, searches each query with each",
      "strategy, and prints how good the rankings are."
    })
final class EvalRetrievalVerb extends Verb {
  @Option(names = "--beir", required = true, paramLabel = "DIR", description = "the set")
  Path beir = Path.of(".");

  @Option(names = "--collection", description = "where to put it (default: beir-NAME of the set)")
  @Nullable String collection;

  @Option(names = "--strategies", split = ",", description = "of keyword, vector, hybrid")
  List<String> strategies = List.of("keyword", "vector", "hybrid");

  @Option(names = "--depth", description = "passages a query (default: ${DEFAULT-VALUE})")
  int depth = 1000;

  @Option(names = "--out", paramLabel = "FILE", description = "each query, the failures first")
  Path report = Path.of("eval-retrieval.jsonl");

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "the rankings, a TREC run file STRATEGY.run each, for other programs")
  @Nullable Path runs;

  @Mixin ClientOptions options = new ClientOptions();

  @Override
  protected int run() throws FailedException {
    try (ApiClient client = options.client();
        Writer file = Files.newBufferedWriter(report)) {
      BeirDataset dataset = BeirDataset.open(beir);
      String name = collection == null ? defaultName() : collection;
      Map<String, String> ids = new BeirIngestion(client, name, err).run(dataset.corpus());
      for (String strategy : strategies) {
        StrategyReport outcome = search(client, name, strategy, dataset, ids);
        print(outcome);
        for (QueryReport query : outcome.queries()) {
          file.write(Json.write(record(strategy, query)) + "\n");
        }
      }
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, String.valueOf(e.getMessage()));
    }
    err.println("each query, the failures first: " + report);
    return Exit.DONE;
  }

  private String defaultName() {
    String folder = String.valueOf(beir.toAbsolutePath().normalize().getFileName());
    return "beir-" + folder.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  private StrategyReport search(
      ApiClient client, String name, String strategy, BeirDataset dataset, Map<String, String> ids)
      throws FailedException {
    List<QueryReport> queries = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    for (Map.Entry<String, String> query : dataset.queries().entrySet()) {
      JsonNode answer =
          client.post(
              "/api/collections/" + ApiClient.encoded(name) + "/search",
              Map.of("query", query.getValue(), "retrieval", strategy, "limit", depth));
      List<RankedDocument> ranking = new ArrayList<>();
      for (JsonNode result : answer.path("results")) {
        String ours = result.path("document").asText();
        // a document of another set in the same collection takes a rank as any other
        ranking.add(
            new RankedDocument(ids.getOrDefault(ours, ours), result.path("score").asDouble()));
      }
      rank(run, query.getKey(), ranking);
      queries.add(
          QueryReport.of(
              query.getKey(),
              query.getValue(),
              ranking,
              dataset.grades().getOrDefault(query.getKey(), Map.of())));
    }
    if (runs != null) {
      keep(runs, strategy, run);
    }
    return new StrategyReport(strategy, queries);
  }

  /// Lines of a TREC run: a document counts at its best passage.
  private static void rank(StringBuilder run, String query, List<RankedDocument> ranking) {
    Set<String> seen = new HashSet<>();
    for (RankedDocument ranked : ranking) {
      if (seen.add(ranked.document())) {
        run.append(
            String.format(
                Locale.ROOT,
                "%s Q0 %s %d %s gimbal%n",
                query,
                ranked.document(),
                seen.size(),
                ranked.score()));
      }
    }
  }

  private static void keep(Path directory, String strategy, CharSequence run)
      throws FailedException {
    try {
      Files.writeString(Files.createDirectories(directory).resolve(strategy + ".run"), run);
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, "cannot write to " + directory + ": " + e);
    }
  }

  private void print(StrategyReport outcome) {
    Map<String, Interval> measures = outcome.measures();
    if (options.json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("strategy", outcome.strategy());
      measures.forEach((measure, interval) -> line.put(measure, interval.mean()));
      line.put("intervals", measures);
      line.put("queries", outcome.queries().size());
      out.println(Json.write(line));
      return;
    }
    out.printf("%-8s %d queries%n", outcome.strategy(), outcome.queries().size());
    measures.forEach(
        (measure, interval) ->
            out.printf(
                "  %-15s %.4f  [%.4f, %.4f]%n",
                measure, interval.mean(), interval.low(), interval.high()));
  }

  private static Map<String, Object> record(String strategy, QueryReport query) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("strategy", strategy);
    record.put("query", query.query());
    record.put("text", query.text());
    record.put("ndcg_at_10", query.measures().ndcgAt10());
    record.put("recall_at_100", query.measures().recallAt100());
    record.put("average_precision", query.measures().averagePrecision());
    record.put("first_relevant", query.firstRelevant());
    record.put("missed", query.missed());
    record.put("top", query.top());
    return record;
  }
}

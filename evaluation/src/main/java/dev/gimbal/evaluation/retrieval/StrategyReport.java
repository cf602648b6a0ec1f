package dev.gimbal.evaluation.retrieval;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// How one retrieval strategy did over all queries.
///
/// @param strategy `keyword`, `vector` or `hybrid`
/// @param queries what each query got; the worst first
public record StrategyReport(String strategy, List<QueryReport> queries) {

  public StrategyReport {
    queries =
        queries.stream()
            .sorted(
                Comparator.comparingDouble((QueryReport query) -> query.measures().ndcgAt10())
                    .thenComparing(QueryReport::query))
            .toList();
  }

  /// One query.
  ///
  /// @param firstRelevant rank of the first relevant document, from 1; 0 if none was found
  /// @param missed relevant documents that are not in the ranking
  /// @param top the first documents of the ranking
  public record QueryReport(
      String query,
      String text,
      Measures measures,
      int firstRelevant,
      List<String> missed,
      List<String> top) {
    public QueryReport {
      missed = List.copyOf(missed);
      top = List.copyOf(top);
    }

    /// What a ranking gives for a query.
    public static QueryReport of(
        String query, String text, List<RankedDocument> ranking, Map<String, Integer> grades) {
      List<String> order = ranking.stream().map(RankedDocument::document).distinct().toList();
      List<String> relevant =
          grades.entrySet().stream()
              .filter(grade -> grade.getValue() > 0)
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
      int first =
          relevant.stream().mapToInt(order::indexOf).filter(at -> at >= 0).min().orElse(-1) + 1;
      return new QueryReport(
          query,
          text,
          Measures.of(ranking, grades),
          first,
          relevant.stream().filter(document -> !order.contains(document)).toList(),
          order.stream().limit(5).toList());
    }
  }

  /// The measures by the names of the surface, each a mean with its interval.
  public Map<String, Interval> measures() {
    Map<String, Interval> measures = new LinkedHashMap<>();
    measures.put("ndcg_at_10", interval(Measures::ndcgAt10));
    measures.put("recall_at_100", interval(Measures::recallAt100));
    measures.put("mrr_at_10", interval(Measures::mrrAt10));
    measures.put("map", interval(Measures::averagePrecision));
    measures.put("precision_at_5", interval(Measures::precisionAt5));
    return measures;
  }

  private Interval interval(ToDoubleFunction<Measures> measure) {
    return Interval.of(queries.stream().map(QueryReport::measures).mapToDouble(measure).toArray());
  }
}

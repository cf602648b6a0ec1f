package dev.gimbal.evaluation.retrieval;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a ranking is worth for one query, as trec_eval computes it: ties of the score are broken by
/// the document's name in falling order, the gain of a document is its grade, the ideal ranking is
/// that of all judged documents, a grade below 1 is not relevant, and queries without a relevant
/// document are left out by the caller.
///
/// @param ndcgAt10 normalised discounted cumulative gain of the first 10
/// @param recallAt100 share of the relevant documents among the first 100
/// @param mrrAt10 1 / rank of the first relevant document if among the first 10, else 0
/// @param averagePrecision over the whole ranking; its mean over queries is MAP
/// @param precisionAt5 share of relevant ones among the first 5 places
public record Measures(
    double ndcgAt10,
    double recallAt100,
    double mrrAt10,
    double averagePrecision,
    double precisionAt5) {
  private static final int NDCG_DEPTH = 10;
  private static final int RECALL_DEPTH = 100;
  private static final int RECIPROCAL_DEPTH = 10;
  private static final int PRECISION_DEPTH = 5;

  private static final Comparator<RankedDocument> TREC_ORDER =
      Comparator.comparingDouble(RankedDocument::score)
          .thenComparing(RankedDocument::document)
          .reversed();

  /// @param ranking of one query, in any order; a document that stands there twice counts once,
  ///     with
  ///     its best score
  /// @param grades of the judged documents
  public static Measures of(List<RankedDocument> ranking, Map<String, Integer> grades) {
    Map<String, RankedDocument> best = new HashMap<>();
    for (RankedDocument item : ranking) {
      best.merge(item.document(), item, (old, now) -> now.score() > old.score() ? now : old);
    }
    List<RankedDocument> order = best.values().stream().sorted(TREC_ORDER).toList();
    long relevant = grades.values().stream().filter(grade -> grade > 0).count();
    double gain = 0;
    double precisions = 0;
    double reciprocal = 0;
    int found = 0;
    int foundIn100 = 0;
    int foundIn5 = 0;
    for (int at = 0; at < order.size(); at++) {
      int grade = grades.getOrDefault(order.get(at).document(), 0);
      if (grade <= 0) {
        continue;
      }
      found++;
      precisions += found / (at + 1.0);
      gain += at < NDCG_DEPTH ? discounted(grade, at) : 0;
      reciprocal = reciprocal == 0 && at < RECIPROCAL_DEPTH ? 1.0 / (at + 1) : reciprocal;
      foundIn100 += at < RECALL_DEPTH ? 1 : 0;
      foundIn5 += at < PRECISION_DEPTH ? 1 : 0;
    }
    double ideal = ideal(grades);
    return new Measures(
        ideal == 0 ? 0 : gain / ideal,
        relevant == 0 ? 0 : (double) foundIn100 / relevant,
        reciprocal,
        relevant == 0 ? 0 : precisions / relevant,
        foundIn5 / (double) PRECISION_DEPTH);
  }

  private static double ideal(Map<String, Integer> grades) {
    List<Integer> best =
        grades.values().stream()
            .filter(grade -> grade > 0)
            .sorted(Comparator.reverseOrder())
            .limit(NDCG_DEPTH)
            .toList();
    double gain = 0;
    for (int at = 0; at < best.size(); at++) {
      gain += discounted(best.get(at), at);
    }
    return gain;
  }

  private static double discounted(int grade, int at) {
    return grade / (Math.log(at + 2.0) / Math.log(2));
  }
}

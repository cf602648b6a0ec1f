package dev.gimbal.benchmarks.cache;

import ai.onnxruntime.OrtException;
import dev.gimbal.gateway.cache.SameQuestion;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How often the semantic cache gives an answer, and how often the answer of another question, by
/// threshold, with and without the verifier. Each question of a set is asked of a cache that holds
/// the others; a hit is false if the set says that the two differ.
///
///     SemanticBench DATA
public final class SemanticBench {
  private static final double[] THRESHOLDS = {
    0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99
  };
  private static final int TRIED = 4;

  private final PrintStream out;
  private final Map<SameQuestion.Difference, int[]> refusals =
      new EnumMap<>(SameQuestion.Difference.class);

  private SemanticBench(PrintStream out) {
    this.out = out;
  }

  /// What is asked and what was kept.
  ///
  /// @param pairs whether each asked one is compared only with the kept one at its place
  record QuestionSet(
      String name, String model, List<Asked> kept, List<Asked> asked, boolean pairs) {}

  /// @param label equal for questions that have one answer
  record Asked(String text, String label) {}

  /// The best found one of an asked question: how similar, and whether it has the same label.
  private record Found(double similarity, boolean right) {}

  /// @param bare found by the vector alone
  /// @param verified the best of the first few that the verifier lets pass
  private record Outcome(List<Found> bare, List<Found> verified) {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    new SemanticBench(out).run(Path.of(arguments[0]));
  }

  private void run(Path data) throws IOException, OrtException {
    try (SentenceModel english = new SentenceModel("bge-small-en-v1.5-q");
        SentenceModel chinese = new SentenceModel("bge-small-zh-v1.5-q")) {
      for (QuestionSet set : QuestionSets.of(data)) {
        SentenceModel model = set.model().equals("zh") ? chinese : english;
        print(set, outcome(set, model));
      }
    }
    out.println();
    out.println("refused by, at 0.85 and more: pairs that differ / pairs that do not");
    refusals.forEach(
        (difference, counts) ->
            out.printf(Locale.ROOT, "%-12s %6d %6d%n", difference, counts[0], counts[1]));
  }

  private Outcome outcome(QuestionSet set, SentenceModel model) throws OrtException {
    List<float[]> kept = new ArrayList<>();
    for (Asked one : set.kept()) {
      kept.add(model.embed(one.text()));
    }
    Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
    for (int at = 0; at < set.asked().size(); at++) {
      Asked asked = set.asked().get(at);
      float[] vector = model.embed(asked.text());
      List<Integer> similar = new ArrayList<>();
      double[] similarity = new double[kept.size()];
      for (int other = 0; other < kept.size(); other++) {
        boolean compared = set.pairs() ? other == at : !set.kept().get(other).equals(asked);
        similarity[other] = product(kept.get(other), vector);
        if (compared && similarity[other] >= THRESHOLDS[0]) {
          similar.add(other);
        }
      }
      similar.sort(Comparator.comparingDouble(other -> -similarity[other]));
      tell(set, asked, similar, similarity, outcome);
    }
    return outcome;
  }

  private void tell(
      QuestionSet set, Asked asked, List<Integer> similar, double[] similarity, Outcome outcome) {
    boolean first = true;
    for (int other : similar.size() > TRIED ? similar.subList(0, TRIED) : similar) {
      Asked kept = set.kept().get(other);
      Found found = new Found(similarity[other], kept.label().equals(asked.label()));
      if (first) {
        outcome.bare().add(found);
        first = false;
      }
      var difference = SameQuestion.differ(asked.text(), kept.text());
      if (difference.isEmpty()) {
        outcome.verified().add(found);
        return;
      }
      if (found.similarity() >= 0.85) {
        refusals.computeIfAbsent(difference.get(), d -> new int[2])[found.right() ? 1 : 0]++;
      }
    }
  }

  private static double product(float[] one, float[] other) {
    double sum = 0;
    for (int at = 0; at < one.length; at++) {
      sum += one[at] * other[at];
    }
    return sum;
  }

  private void print(QuestionSet set, Outcome outcome) {
    int asked = set.asked().size();
    out.printf(Locale.ROOT, "%n%s: %d asked, %d kept%n", set.name(), asked, set.kept().size());
    out.println("threshold   hits %  false % of asked   |   verified: hits %  false % of asked");
    for (double threshold : THRESHOLDS) {
      out.printf(
          Locale.ROOT,
          "%9.2f %8.1f %17.2f   | %17.1f %17.2f%n",
          threshold,
          share(outcome.bare(), threshold, asked, false),
          share(outcome.bare(), threshold, asked, true),
          share(outcome.verified(), threshold, asked, false),
          share(outcome.verified(), threshold, asked, true));
    }
  }

  private static double share(List<Found> all, double threshold, int asked, boolean wrongOnly) {
    long counted =
        all.stream()
            .filter(found -> found.similarity() >= threshold && !(wrongOnly && found.right()))
            .count();
    return 100.0 * counted / asked;
  }
}

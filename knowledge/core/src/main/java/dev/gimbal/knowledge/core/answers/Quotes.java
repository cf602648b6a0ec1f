package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.CodePoints;
import dev.gimbal.platform.text.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds the sentences of passages that answer a question, word for word. Pure.
final class Quotes {
  private static final int WINDOW = 600;
  // Tried on the questions of a handbook; the answers that hold the right sentence vary by 2 % from
  // half to double of each.
  private static final double NEARNESS = 0.5;
  private static final double LENGTH = 0.05;

  private Quotes() {}

  /// A stretch of a passage.
  ///
  /// @param start in the version's text, in code points
  /// @param end behind it
  record Quote(Evidence passage, int start, int end, String text, double score) {}

  /// The best stretches, best first, together at most so long.
  static List<Quote> best(
      List<Passage> passages, Weights weights, int mostCharacters, int mostQuotes) {
    double top = passages.isEmpty() ? 1 : Math.max(1e-9, passages.getFirst().evidence().score());
    List<Quote> candidates = new ArrayList<>();
    for (Passage passage : passages) {
      candidates.add(window(passage, weights, passage.evidence().score() / top));
    }
    candidates.sort(Comparator.comparingDouble(Quote::score).reversed());
    List<Quote> chosen = new ArrayList<>();
    int length = 0;
    for (Quote quote : candidates) {
      if (chosen.size() < mostQuotes
          && (chosen.isEmpty() || length + quote.text().length() <= mostCharacters)) {
        chosen.add(quote);
        length += quote.text().length();
      }
    }
    return chosen;
  }

  /// The stretch of whole units of one passage that holds most of what is asked for.
  static Quote window(Passage read, Weights weights, double bonus) {
    Evidence passage = read.evidence();
    String text = passage.text();
    List<Sentences.Range> units = read.units();
    Sentences.Range best = new Sentences.Range(0, text.length());
    double bestScore = -1;
    for (int from = 0; from < units.size(); from++) {
      Set<String> terms = new HashSet<>(read.context());
      double nearest = 0;
      for (int to = from; to < units.size(); to++) {
        int start = units.get(from).start();
        int end = units.get(to).end();
        if (to > from && end - start > WINDOW) {
          break;
        }
        terms.addAll(read.terms(to));
        nearest = Math.max(nearest, read.nearness(to));
        // Among stretches that hold the same, the longer one gives more of what stands around.
        double score =
            weights.coverage(terms)
                + NEARNESS * nearest
                + LENGTH * Math.min(1, (end - start) / (double) WINDOW);
        if (score > bestScore) {
          bestScore = score;
          best = new Sentences.Range(start, end);
        }
      }
    }
    CodePoints points = CodePoints.of(text);
    int start = passage.chunk().start() + points.toCodePoint(best.start());
    int end = passage.chunk().start() + points.toCodePoint(best.end());
    return new Quote(
        passage,
        start,
        end,
        text.substring(best.start(), best.end()),
        Math.max(0, bestScore) + bonus);
  }
}

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

  // Shares of the best score: what comes this near may hold the answer even if it repeats what was
  // said; what lies further off than half is beside the point.
  private static final double EQUAL = 0.65;
  private static final double FAR = 0.5;

  private Quotes() {}

  /// A stretch of a passage.
  ///
  /// @param start in the version's text, in code points
  /// @param end behind it
  record Quote(Evidence passage, int start, int end, String text, double score) {}

  /// The best stretches, best first, together at most so long. What lies far below the best is left
  /// out, and what repeats the question's terms unless it is nearly as good.
  static List<Quote> best(
      List<Passage> passages, Weights weights, int mostCharacters, int mostQuotes) {
    double top = passages.isEmpty() ? 1 : Math.max(1e-9, passages.getFirst().evidence().score());
    List<Candidate> candidates = new ArrayList<>();
    for (Passage passage : passages) {
      double bonus = passage.evidence().score() / top;
      candidates.add(new Candidate(passage, bonus, window(passage, weights, bonus)));
    }
    candidates.sort(Comparator.comparingDouble(Candidate::score).reversed());
    List<Quote> chosen = new ArrayList<>();
    Set<String> said = new HashSet<>();
    int length = 0;
    for (Candidate candidate : candidates) {
      double share = candidate.score() / candidates.getFirst().score();
      if (chosen.size() == mostQuotes || share < FAR) {
        break;
      }
      boolean first = chosen.isEmpty();
      Quote quote = first ? candidate.quote() : candidate.matching(weights);
      Set<String> terms = Terms.held(quote.passage().context() + "\n" + quote.text());
      boolean adds = share >= EQUAL || weights.more(said, terms);
      if (first || (adds && length + quote.text().length() <= mostCharacters)) {
        chosen.add(quote);
        said.addAll(terms);
        length += quote.text().length();
      }
    }
    return chosen;
  }

  /// A stretch with what it was chosen from.
  private record Candidate(Passage passage, double bonus, Quote quote) {
    double score() {
      return quote.score();
    }

    /// Of a table only the rows that match. The best quote keeps their neighbours: a question is
    /// often answered in the row beside the one that it names.
    Quote matching(Weights weights) {
      boolean table = passage.units().stream().anyMatch(unit -> Units.row(text(unit)));
      return table ? window(passage, weights, bonus, 0) : quote;
    }

    private String text(Sentences.Range unit) {
      return passage.evidence().text().substring(unit.start(), unit.end());
    }
  }

  /// Whether a unit is a row of a table that, with its neighbours, holds nothing of the question.
  private static boolean beside(Passage read, int unit, Weights weights, int neighbours) {
    String text = read.text(unit);
    if (!Units.row(text) || Units.rule(text)) {
      return false;
    }
    int last = Math.min(read.units().size() - 1, unit + neighbours);
    for (int near = Math.max(0, unit - neighbours); near <= last; near++) {
      if (weights.any(read.terms(near))) {
        return false;
      }
    }
    return true;
  }

  /// The stretch of whole units of one passage that holds most of what is asked for.
  static Quote window(Passage read, Weights weights, double bonus) {
    return window(read, weights, bonus, 1);
  }

  /// @param neighbours that a row which holds something of the question keeps on either side; other
  ///     rows end a stretch
  private static Quote window(Passage read, Weights weights, double bonus, int neighbours) {
    Evidence passage = read.evidence();
    String text = passage.text();
    List<Sentences.Range> units = read.units();
    Sentences.Range best = new Sentences.Range(0, text.length());
    double bestScore = -1;
    for (int from = 0; from < units.size(); from++) {
      Set<String> terms = new HashSet<>(read.context());
      double nearest = 0;
      boolean alone = beside(read, from, weights, neighbours);
      for (int to = from; to < units.size(); to++) {
        int start = units.get(from).start();
        int end = units.get(to).end();
        if (to > from && end - start > WINDOW) {
          break;
        }
        if (to > from && (alone || beside(read, to, weights, neighbours))) {
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

package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.platform.text.Languages;
import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges from several signals together whether passages answer a question at all, and finds the
/// sentences that do. Pure but for the vectors.
///
/// How near vectors lie means something else with each model, so it is measured from the middle of
/// what the search found: a sentence that answers stands out from passages about the same things.
/// The few likeliest sentences are embedded, at most [#SENTENCES].
public final class Judging {
  private static final int LOOKED_AT = 5;
  private static final int SENTENCE_PASSAGES = 6;
  static final int SENTENCES = 14;
  private static final int SHORTEST = 12;
  // Fewer passages hold hardly any that is about the same thing and yet no answer.
  private static final int LARGE_COLLECTION = 100;
  // The middle of fewer passages says nothing about a model's scale.
  private static final int ENOUGH_PASSAGES = 10;
  // Of fewer, one that stands out says nothing either.
  private static final int FEWEST_PASSAGES = 3;

  private final int passages;
  private final Vectors vectors;

  /// @param passages that an answer is drawn from
  public Judging(int passages, Vectors vectors) {
    this.passages = passages;
    this.vectors = vectors;
  }

  /// What came of it.
  ///
  /// @param strength how likely the passages answer, 0 to 1
  record Judged(List<Passage> best, Weights weights, Signals signals, double strength) {

    /// What the passages near the top hold together.
    Set<String> held() {
      Set<String> held = new HashSet<>();
      best.stream().limit(LOOKED_AT).forEach(passage -> held.addAll(passage.all()));
      return held;
    }

    List<Quotes.Quote> quotes(int mostCharacters, int mostQuotes) {
      return Quotes.best(best, weights, mostCharacters, mostQuotes);
    }
  }

  /// What came of it, for those who measure.
  ///
  /// @param strength how likely the passages answer, 0 to 1
  /// @param signals that it was computed from
  /// @param quotes the sentences that would be quoted
  public record Measured(double strength, List<Double> signals, List<String> quotes) {
    public Measured {
      signals = List.copyOf(signals);
      quotes = List.copyOf(quotes);
    }
  }

  /// Judges as an answer is judged, and tells the signals.
  public Measured measure(
      String question,
      List<Evidence> found,
      Frequencies frequencies,
      Map<String, float[]> asked,
      int mostCharacters,
      int mostQuotes) {
    Judged judged = judge(question, found, frequencies, asked);
    Signals signals = judged.signals();
    return new Measured(
        judged.strength(),
        List.of(signals.first(), signals.sentence(), signals.mass(), signals.nearness()),
        judged.quotes(mostCharacters, mostQuotes).stream().map(Quotes.Quote::text).toList());
  }

  /// The words of a question whose frequencies are needed.
  public static Collection<String> words(String question) {
    return Terms.surfaces(question).values();
  }

  /// Judges what a search found.
  ///
  /// @param found best first
  /// @param frequencies of the question's words in the collection
  /// @param asked the question's vectors by model; empty if there are none
  Judged judge(
      String question, List<Evidence> found, Frequencies frequencies, Map<String, float[]> asked) {
    Weights weights = new Weights(Terms.surfaces(question), frequencies);
    List<Passage> best =
        found.subList(0, Math.min(passages, found.size())).stream().map(Passage::new).toList();
    if (best.isEmpty()) {
      return new Judged(best, weights, Signals.NOTHING, 0);
    }
    Map<String, List<Double>> cosines = cosines(found, asked);
    List<Unit> likeliest = likeliest(best, weights);
    boolean near = embed(likeliest, asked, middles(cosines));
    boolean chinese = Languages.of(question).equals(Languages.CHINESE);
    boolean large = frequencies.passages() >= LARGE_COLLECTION;
    double few = chinese && !large ? standing(cosines) : Double.NaN;
    Signals signals =
        signals(chinese && large, best, likeliest, weights, near ? nearest(likeliest) : few);
    return new Judged(best, weights, signals, signals.strength());
  }

  /// A unit of a passage.
  private record Unit(Passage passage, int unit, double likely) {
    double coverage(Weights weights) {
      Set<String> terms = new HashSet<>(passage.context());
      terms.addAll(passage.terms(unit));
      return weights.coverage(terms);
    }
  }

  private static List<Unit> likeliest(List<Passage> best, Weights weights) {
    List<Unit> units = new ArrayList<>();
    for (int at = 0; at < Math.min(SENTENCE_PASSAGES, best.size()); at++) {
      Passage passage = best.get(at);
      for (int unit = 0; unit < passage.units().size(); unit++) {
        if (size(passage.text(unit)) >= SHORTEST) {
          Set<String> beyond = new HashSet<>(passage.context());
          beyond.removeAll(passage.terms(unit));
          double likely =
              weights.coverage(passage.terms(unit)) + 0.3 * weights.coverage(beyond) - 0.005 * at;
          units.add(new Unit(passage, unit, likely));
        }
      }
    }
    units.sort(Comparator.comparingDouble(Unit::likely).reversed());
    return units.subList(0, Math.min(SENTENCES, units.size()));
  }

  /// The length of a text, where a Chinese character says as much as three letters.
  private static int size(String text) {
    return text.codePoints().map(one -> Tokens.ideographic(one) ? 3 : 1).sum();
  }

  /// By model the similarities of what was found.
  private Map<String, List<Double>> cosines(List<Evidence> found, Map<String, float[]> asked) {
    if (asked.isEmpty()) {
      return Map.of();
    }
    Map<Hash, float[]> stored = vectors.ofPassages(found);
    Map<String, List<Double>> near = new HashMap<>();
    for (Evidence passage : found) {
      double cosine =
          cosine(asked.get(passage.chunk().model()), stored.get(passage.chunk().hash()));
      if (!Double.isNaN(cosine)) {
        near.computeIfAbsent(passage.chunk().model(), model -> new ArrayList<>()).add(cosine);
      }
    }
    return near;
  }

  /// How far the nearest passage stands out from the others where too few were found to judge
  /// sentences by: between a few passages of a company the one that answers is far nearer than the
  /// rest. NaN if there are hardly any.
  private static double standing(Map<String, List<Double>> cosines) {
    List<Double> most =
        cosines.values().stream().max(Comparator.comparingInt(List::size)).orElse(List.of());
    if (most.size() < FEWEST_PASSAGES) {
      return Double.NaN;
    }
    double best = Collections.max(most);
    double sum = most.stream().mapToDouble(Double::doubleValue).sum();
    double others = (sum - best) / (most.size() - 1);
    return others < 1 ? (best - others) / (1 - others) : 0;
  }

  /// By model the mean similarity; without models of which too little was found.
  private static Map<String, Double> middles(Map<String, List<Double>> near) {
    Map<String, Double> middles = new HashMap<>();
    near.forEach(
        (model, cosines) -> {
          if (cosines.size() >= ENOUGH_PASSAGES) {
            middles.put(
                model, cosines.stream().mapToDouble(Double::doubleValue).average().orElse(0));
          }
        });
    return middles;
  }

  /// Tells the units how near they lie.
  ///
  /// @return whether any could be told
  private boolean embed(List<Unit> units, Map<String, float[]> asked, Map<String, Double> middles) {
    boolean told = false;
    for (Map.Entry<String, Double> middle : middles.entrySet()) {
      String model = middle.getKey();
      List<Unit> own =
          units.stream()
              .filter(unit -> unit.passage().evidence().chunk().model().equals(model))
              .toList();
      List<String> texts = own.stream().map(unit -> unit.passage().embedded(unit.unit())).toList();
      List<float[]> made = texts.isEmpty() ? List.of() : vectors.ofSentences(model, texts);
      for (int at = 0; at < made.size(); at++) {
        double cosine = cosine(asked.get(model), made.get(at));
        if (!Double.isNaN(cosine) && middle.getValue() < 1) {
          double standing = (cosine - middle.getValue()) / (1 - middle.getValue());
          own.get(at).passage().near(own.get(at).unit(), Math.max(0, standing));
          told = true;
        }
      }
    }
    return told;
  }

  private static Signals signals(
      boolean chinese, List<Passage> best, List<Unit> units, Weights weights, double near) {
    double mass = 0;
    for (Passage passage : best.subList(0, Math.min(LOOKED_AT, best.size()))) {
      mass = Math.max(mass, weights.mass(passage.all()));
    }
    double sentence = 0;
    for (Unit unit : units) {
      sentence = Math.max(sentence, unit.coverage(weights));
    }
    return new Signals(chinese, weights.coverage(best.getFirst().all()), sentence, mass, near);
  }

  private static double nearest(List<Unit> units) {
    return units.stream().mapToDouble(unit -> unit.passage().nearness(unit.unit())).max().orElse(0);
  }

  /// NaN if one is missing or they are of different models.
  static double cosine(float @Nullable [] one, float @Nullable [] other) {
    if (one == null || other == null || one.length != other.length) {
      return Double.NaN;
    }
    double sum = 0;
    double ones = 0;
    double others = 0;
    for (int at = 0; at < one.length; at++) {
      sum += (double) one[at] * other[at];
      ones += (double) one[at] * one[at];
      others += (double) other[at] * other[at];
    }
    return ones == 0 || others == 0 ? Double.NaN : sum / Math.sqrt(ones * others);
  }
}

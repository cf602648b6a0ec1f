package dev.gimbal.gateway.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Questions by meaning: for each kin the vectors of at most [#MOST_OF_KIN] questions, scanned one
/// by
/// one, and at most [#MOST_KINS] kins, the least recently asked of which goes. The answers are not
/// here but on the [AnswerShelf]; a question whose answer is gone is found and then forgotten.
/// Thread-safe; a look takes a fraction of a millisecond and runs beside the event loops.
final class SemanticShelf {
  /// 2,000 vectors of 384 numbers are 3 MB and one scan of 0.8 million products.
  static final int MOST_OF_KIN = 2_000;

  static final int MOST_KINS = 1_000;
  static final int MOST_NUMBERS = 32_000_000;

  /// How many similar ones are compared word for word before it is a miss.
  private static final int TRIED = 4;

  private final Map<CacheKey, Kin> kins = new LinkedHashMap<>(16, 0.75f, true);
  private long numbers;

  /// @param key of the answer on the shelf
  record Asked(CacheKey key, String text, float[] vector) {}

  record Candidate(Asked asked, double similarity) {}

  private record Kin(Place place, List<Asked> asked) {}

  /// The questions of a kin that are at least so similar, the most similar first.
  List<Candidate> similar(CacheKey kin, float[] vector, double threshold) {
    List<Asked> asked;
    synchronized (this) {
      Kin found = kins.get(kin);
      if (found == null) {
        return List.of();
      }
      asked = List.copyOf(found.asked);
    }
    List<Candidate> similar = new ArrayList<>();
    for (Asked one : asked) {
      double similarity = product(one.vector, vector);
      if (similarity >= threshold) {
        similar.add(new Candidate(one, similarity));
      }
    }
    similar.sort(Comparator.comparingDouble(Candidate::similarity).reversed());
    return similar.size() > TRIED ? similar.subList(0, TRIED) : similar;
  }

  synchronized void put(CacheKey kin, Place place, Asked asked) {
    List<Asked> list = kins.computeIfAbsent(kin, k -> new Kin(place, new ArrayList<>())).asked;
    forget(list, asked.key);
    if (list.size() >= MOST_OF_KIN) {
      numbers -= list.removeFirst().vector.length;
    }
    list.add(asked);
    numbers += asked.vector.length;
    while (kins.size() > MOST_KINS || (numbers > MOST_NUMBERS && kins.size() > 1)) {
      drop(kins.keySet().iterator().next());
    }
  }

  private void drop(CacheKey kin) {
    Optional.ofNullable(kins.remove(kin))
        .ifPresent(gone -> gone.asked.forEach(one -> numbers -= one.vector.length));
  }

  /// Forgets one question.
  synchronized void remove(CacheKey kin, CacheKey key) {
    Kin found = kins.get(kin);
    if (found != null) {
      forget(found.asked, key);
    }
  }

  private void forget(List<Asked> list, CacheKey key) {
    list.removeIf(
        one -> {
          boolean same = one.key.equals(key);
          numbers -= same ? one.vector.length : 0;
          return same;
        });
  }

  synchronized void clear(java.util.function.Predicate<Place> which) {
    List<CacheKey> gone =
        kins.entrySet().stream()
            .filter(kin -> which.test(kin.getValue().place))
            .map(Map.Entry::getKey)
            .toList();
    gone.forEach(this::drop);
  }

  synchronized int size(Place place) {
    return kins.values().stream()
        .filter(kin -> kin.place.equals(place))
        .mapToInt(kin -> kin.asked.size())
        .sum();
  }

  /// The vector with length 1, so that a product is the cosine.
  static float[] unit(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    float length = (float) Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int at = 0; at < vector.length && length > 0; at++) {
      unit[at] = vector[at] / length;
    }
    return unit;
  }

  private static double product(float[] one, float[] other) {
    if (one.length != other.length) {
      return -1;
    }
    float sum0 = 0;
    float sum1 = 0;
    int at = 0;
    for (; at + 1 < one.length; at += 2) {
      sum0 += one[at] * other[at];
      sum1 += one[at + 1] * other[at + 1];
    }
    return at < one.length ? sum0 + sum1 + one[at] * other[at] : sum0 + sum1;
  }
}

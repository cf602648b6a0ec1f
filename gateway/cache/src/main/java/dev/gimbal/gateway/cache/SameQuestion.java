package dev.gimbal.gateway.cache;

import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The verifier behind the similarity of vectors, which hardly see a changed number or a "not":
/// compares what two questions say word for word and refuses the pair where that differs. Rules and
/// lists, English and Chinese; of other languages numbers and names only. It errs on the side of a
/// miss. Pure.
public final class SameQuestion {

  /// In what two questions differ.
  public enum Difference {
    NUMBER,
    TIME,
    UNIT,
    NAME,
    NEGATION,
    COMPARISON,
    QUESTION,
    /// A word and its opposite.
    OPPOSITE,
    /// Who does it to whom, from where to where.
    ROLE,
    /// All the same but for one word that one of them has, or each has another.
    WORD
  }

  private static final int SHORTEST_COMMON = 4;
  private static final int LONGEST_CHANGE = 4;

  private SameQuestion() {}

  /// The first difference that was found; empty if they may be one question.
  public static Optional<Difference> differ(String one, String other) {
    Wording a = new Wording(one);
    Wording b = new Wording(other);
    if (!a.numbers.equals(b.numbers)) {
      return Optional.of(Difference.NUMBER);
    }
    if (!a.times.equals(b.times)) {
      return Optional.of(Difference.TIME);
    }
    if (!a.units.equals(b.units)) {
      return Optional.of(Difference.UNIT);
    }
    if (a.negations % 2 != b.negations % 2) {
      return Optional.of(Difference.NEGATION);
    }
    if (!a.comparisons.equals(b.comparisons)) {
      return Optional.of(Difference.COMPARISON);
    }
    if (!a.kinds.equals(b.kinds)) {
      return Optional.of(Difference.QUESTION);
    }
    if (opposite(a.poles, b.poles) || opposite(b.poles, a.poles)) {
      return Optional.of(Difference.OPPOSITE);
    }
    String folded = Tokens.fold(one);
    String otherFolded = Tokens.fold(other);
    if (!a.places.equals(b.places)
        || !a.names.stream().allMatch(name -> b.says(name, otherFolded))
        || !b.names.stream().allMatch(name -> a.says(name, folded))) {
      return Optional.of(Difference.NAME);
    }
    if (swapped(a, b)) {
      return Optional.of(Difference.ROLE);
    }
    return oneWordApart(a, b) ? Optional.of(Difference.WORD) : Optional.empty();
  }

  private static boolean opposite(Set<String> one, Set<String> other) {
    for (String pole : one) {
      String concept = pole.substring(0, pole.length() - 1);
      String against = concept + (pole.endsWith("+") ? "-" : "+");
      if (other.contains(against) && !other.contains(pole) && !one.contains(against)) {
        return true;
      }
    }
    return false;
  }

  private static boolean swapped(Wording a, Wording b) {
    for (String from : a.directions.keySet()) {
      Set<String> behind = a.directions.getOrDefault(from, Set.of());
      Set<String> there = b.directions.getOrDefault(from, Set.of());
      for (String to : b.directions.keySet()) {
        Set<String> elsewhere = new HashSet<>(b.directions.getOrDefault(to, Set.of()));
        elsewhere.retainAll(behind);
        elsewhere.removeAll(there);
        if (!to.equals(from) && !elsewhere.isEmpty()) {
          return true;
        }
      }
    }
    boolean sameWords = sorted(a.content).equals(sorted(b.content));
    boolean otherOrder =
        a.names.size() > 1 && sorted(a.names).equals(sorted(b.names)) && !a.names.equals(b.names);
    boolean moved =
        a.ideographs.length() > 1
            && !a.ideographs.equals(b.ideographs)
            && sorted(characters(a.ideographs)).equals(sorted(characters(b.ideographs)));
    return (sameWords && otherOrder) || moved;
  }

  private static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  private static List<String> sorted(List<String> words) {
    return words.stream().sorted().toList();
  }

  private static boolean oneWordApart(Wording a, Wording b) {
    if (a.ideographs.length() > 1 && b.ideographs.length() > 1) {
      return stretchApart(a.ideographs, b.ideographs);
    }
    List<String> left = new ArrayList<>(b.content);
    List<String> only = new ArrayList<>();
    for (String word : a.content) {
      int there = 0;
      while (there < left.size() && !alike(word, left.get(there))) {
        there++;
      }
      if (there < left.size()) {
        left.remove(there);
      } else {
        only.add(word);
      }
    }
    boolean same = only.isEmpty() && left.isEmpty();
    boolean common = a.content.size() > only.size();
    return !same && common && only.size() <= 1 && left.size() <= 1;
  }

  /// Forms of one word, or a slip of the pen.
  private static boolean alike(String one, String other) {
    if (one.equals(other)) {
      return true;
    }
    int common = 0;
    int most = Math.min(one.length(), other.length());
    while (common < most && one.charAt(common) == other.charAt(common)) {
      common++;
    }
    int tail = 0;
    while (tail < most - common
        && one.charAt(one.length() - 1 - tail) == other.charAt(other.length() - 1 - tail)) {
      tail++;
    }
    int changed = Math.max(one.length(), other.length()) - common - tail;
    return (common >= SHORTEST_COMMON && changed <= 3) || (most >= SHORTEST_COMMON && changed <= 1);
  }

  private static boolean stretchApart(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int head = 0;
    while (head < most && one.charAt(head) == other.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < most - head
        && one.charAt(one.length() - 1 - tail) == other.charAt(other.length() - 1 - tail)) {
      tail++;
    }
    int changed = one.length() - head - tail;
    int against = other.length() - head - tail;
    return changed + against > 0
        && Math.max(changed, against) <= LONGEST_CHANGE
        && head + tail >= 2;
  }
}

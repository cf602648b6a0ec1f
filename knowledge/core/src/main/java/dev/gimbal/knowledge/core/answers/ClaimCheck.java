package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Languages;
import dev.gimbal.platform.text.Tokens;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a sentence of a written answer says what the passages say that it cites. Its numbers and
/// names must stand there, and of its other words so many that it speaks of the same; where its
/// words are its own, its vector decides. It finds what was made up, not what was turned round.
/// For one answer; thread-safe if the similarity is.
final class ClaimCheck {
  // From words alone: half of what a sentence says in the passage's words. Below a fifth even a
  // similar vector speaks for a sentence about the same thing rather than the same statement.
  private static final double ENOUGH = 0.5;
  private static final double LITTLE = 0.2;
  private static final double SIMILAR = 0.7;
  private static final Pattern NAME = Pattern.compile("\\p{Lu}[\\p{L}\\p{N}]+");

  private final List<Evidence> passages;
  private final Set<String> asked;
  private final ToDoubleBiFunction<String, Evidence> similarity;

  /// @param passages that markers name, from 1
  /// @param similarity of a sentence to a passage, -1 to 1; NaN if it is not known
  ClaimCheck(
      List<Evidence> passages, String question, ToDoubleBiFunction<String, Evidence> similarity) {
    this.passages = List.copyOf(passages);
    this.asked = Terms.held(question);
    this.similarity = similarity;
  }

  /// Judges a sentence without its markers.
  ///
  /// @param cited numbers of passages; together they must support it
  boolean supported(String sentence, List<Integer> cited) {
    StringBuilder whole = new StringBuilder();
    for (int number : cited) {
      Evidence passage = passages.get(number - 1);
      whole.append(passage.context()).append('\n').append(passage.text()).append('\n');
    }
    String text = whole.toString();
    if (!Numbers.held(text).containsAll(Numbers.said(sentence))) {
      return false;
    }
    Set<String> held = Terms.held(text);
    Set<String> known = new HashSet<>(held);
    known.addAll(asked);
    return known.containsAll(names(sentence)) && says(sentence, text, held, cited);
  }

  private boolean says(String sentence, String text, Set<String> held, List<Integer> cited) {
    Set<String> terms = Terms.of(sentence);
    // Between languages words do not tell; numbers and names did.
    if (terms.isEmpty() || chinese(sentence) != chinese(text)) {
      return true;
    }
    double share = (double) terms.stream().filter(held::contains).count() / terms.size();
    if (share >= ENOUGH) {
      return true;
    }
    return share >= LITTLE
        && cited.stream()
            .mapToDouble(number -> similarity.applyAsDouble(sentence, passages.get(number - 1)))
            .anyMatch(near -> near >= SIMILAR);
  }

  private static boolean chinese(String text) {
    return Languages.of(text).equals(Languages.CHINESE);
  }

  /// Words with a capital letter behind the first word, and abbreviations anywhere.
  private static Set<String> names(String sentence) {
    Set<String> names = new HashSet<>();
    Matcher name = NAME.matcher(sentence);
    while (name.find()) {
      String word = name.group();
      boolean abbreviation = word.equals(word.toUpperCase(Locale.ROOT));
      if (abbreviation || !begins(sentence, name.start())) {
        Tokens.of(word).forEach(token -> names.add(Terms.stem(token)));
      }
    }
    return names;
  }

  private static boolean begins(String sentence, int at) {
    for (int before = at - 1; before >= 0; before--) {
      char one = sentence.charAt(before);
      if (one == '.' || one == ':' || one == '!' || one == '?' || one == '\n') {
        return true;
      }
      if (Character.isLetterOrDigit(one)) {
        return false;
      }
    }
    return true;
  }
}

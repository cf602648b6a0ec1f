package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.index.ChineseWords;
import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What a question asks for, in its own words: neighbouring words that carry meaning make one
/// phrase, whole Chinese words among them, and no two phrases overlap. Pure.
final class Phrases {
  private Phrases() {}

  /// All of them, each once, in order.
  static List<String> of(String question) {
    return joined(question, word -> true);
  }

  /// Those parts that the passages do not hold.
  ///
  /// @param held terms as [Terms#held] gives them
  static List<String> missing(String question, Set<String> held) {
    return joined(
        question,
        word -> {
          Set<String> terms = Terms.of(word);
          return !terms.isEmpty() && !held.containsAll(terms);
        });
  }

  private static List<String> joined(String question, Predicate<String> wanted) {
    List<String> phrases = new ArrayList<>();
    int start = -1;
    int end = -1;
    for (ChineseWords.Word word : words(question)) {
      String text = question.substring(word.start(), word.end());
      boolean taken = carries(text) && wanted.test(text);
      boolean joins = start >= 0 && joins(question.substring(end, word.start()));
      if (start >= 0 && !(taken && joins)) {
        add(phrases, question.substring(start, end));
        start = -1;
      }
      if (taken) {
        start = start < 0 ? word.start() : start;
        end = word.end();
      }
    }
    if (start >= 0) {
      add(phrases, question.substring(start, end));
    }
    return phrases;
  }

  private static void add(List<String> phrases, String phrase) {
    if (!phrases.contains(phrase)) {
      phrases.add(phrase);
    }
  }

  /// A single Chinese character is a particle more often than a thing.
  private static boolean carries(String word) {
    boolean single = word.codePointCount(0, word.length()) == 1;
    return !(single && Tokens.ideographic(word.codePointAt(0))) && !Terms.of(word).isEmpty();
  }

  private static boolean joins(String between) {
    return between.isEmpty() || between.equals(" ") || between.equals("-");
  }

  /// Chinese words by the dictionary, other words by their letters and digits.
  private static List<ChineseWords.Word> words(String text) {
    List<ChineseWords.Word> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      int end = at + Character.charCount(codePoint);
      boolean ideographic = Tokens.ideographic(codePoint);
      if (ideographic || Character.isLetterOrDigit(codePoint)) {
        while (end < text.length() && continues(text, end, ideographic)) {
          end += Character.charCount(text.codePointAt(end));
        }
        if (ideographic) {
          int from = at;
          ChineseWords.of(text.substring(at, end))
              .forEach(w -> words.add(new ChineseWords.Word(from + w.start(), from + w.end())));
        } else {
          words.add(new ChineseWords.Word(at, end));
        }
      }
      at = end;
    }
    return words;
  }

  private static boolean continues(String text, int at, boolean ideographic) {
    int codePoint = text.codePointAt(at);
    if (ideographic || Tokens.ideographic(codePoint)) {
      return ideographic && Tokens.ideographic(codePoint);
    }
    return Character.isLetterOrDigit(codePoint) || "'’_".indexOf(codePoint) >= 0;
  }
}

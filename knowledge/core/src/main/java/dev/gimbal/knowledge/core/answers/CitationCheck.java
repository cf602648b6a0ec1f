package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Sentences;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lets through of a written answer what cites a passage that was handed over, piece by piece as it
/// comes. Text waits until a valid marker follows it in the same line and then goes out with it. A
/// sentence with a marker that names no passage is refused, and so is a line's rest that cites
/// nothing. For one thread.
final class CitationCheck {
  // [3], [1, 2], 【3】; a model's other ways of citing count as no citation.
  private static final Pattern MARKER =
      Pattern.compile("[\\[【]\\s*(\\d{1,4}(?:\\s*[,，、;]\\s*\\d{1,4})*)\\s*[\\]】]");
  private static final Pattern MARKERS = Pattern.compile(MARKER + "(?:[ \\t]*" + MARKER + ")*");
  private static final Pattern BEGUN = Pattern.compile("[ \\t]*(?:[\\[【][\\d\\s,，、;]*)?");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern LEFT_OVER = Pattern.compile("^[\\s.。!！?？,，;；]+");
  private static final IntPredicate WORDLY = Character::isLetterOrDigit;

  /// Whether cited passages say what a sentence says.
  @FunctionalInterface
  interface Supporting {
    /// @param cited numbers of passages
    boolean supported(String sentence, List<Integer> cited);
  }

  private final int passages;
  private final Supporting support;
  private final Consumer<String> out;
  private final StringBuilder waiting = new StringBuilder();
  private final StringBuilder passed = new StringBuilder();
  private final Map<Integer, List<String>> claims = new LinkedHashMap<>();
  private int refused;
  private int unsupported;

  /// @param passages that markers may name, from 1
  /// @param support asked for each sentence that cites
  /// @param out gets what passes
  CitationCheck(int passages, Supporting support, Consumer<String> out) {
    this.passages = passages;
    this.support = support;
    this.out = out;
  }

  /// The next piece of the answer.
  void text(String piece) {
    waiting.append(piece);
    advance(false);
  }

  /// No more comes.
  void end() {
    advance(true);
  }

  /// What passed.
  String passed() {
    return passed.toString().strip();
  }

  /// What the answer says by each passage, in the order of first use.
  Map<Integer, List<String>> claims() {
    return claims;
  }

  /// How many sentences were refused because they cite nothing that was handed over.
  int refused() {
    return refused;
  }

  /// How many sentences were left out because the passages that they cite do not say so.
  int unsupported() {
    return unsupported;
  }

  private void advance(boolean ended) {
    while (true) {
      int line = waiting.indexOf("\n");
      Matcher marker = MARKERS.matcher(waiting);
      boolean found = marker.find();
      if (found && (line < 0 || marker.start() < line)) {
        // Markers at the very end may grow, and the next one may follow them.
        if (!ended && BEGUN.matcher(waiting).region(marker.end(), waiting.length()).matches()) {
          return;
        }
        take(marker.start(), marker.end(), marker.group());
      } else if (line >= 0) {
        dropClaim(waiting.substring(0, line));
        pass(passed.isEmpty() ? "" : "\n");
        waiting.delete(0, line + 1);
      } else {
        if (ended) {
          finish();
        }
        return;
      }
    }
  }

  private void take(int start, int end, String numbers) {
    String before = waiting.substring(0, start);
    List<Integer> valid = new ArrayList<>();
    Matcher number = NUMBER.matcher(numbers);
    boolean foreign = false;
    while (number.find()) {
      int value = Integer.parseInt(number.group());
      if (value >= 1 && value <= passages) {
        valid.add(value);
      } else {
        foreign = true;
      }
    }
    waiting.delete(0, end);
    if (valid.isEmpty()) {
      refused++;
      waiting.insert(0, foreign ? withoutLastSentence(before) : before);
      skipPunctuation();
      return;
    }
    String kept = supported(before, valid);
    if (kept.isBlank() && !before.isBlank()) {
      // The full stop before it ends the sentence that passed; the one behind it ends nothing.
      pass(punctuation(before));
      waiting.delete(0, punctuation(waiting).length());
      return;
    }
    StringBuilder text = new StringBuilder(kept);
    valid.forEach(value -> text.append('[').append(value).append(']'));
    valid.forEach(
        value -> claims.computeIfAbsent(value, key -> new ArrayList<>()).add(kept.strip()));
    pass(text.toString());
  }

  /// The sentences that the cited passages support, as they stand.
  private String supported(String text, List<Integer> cited) {
    StringBuilder kept = new StringBuilder();
    int at = 0;
    for (Sentences.Range sentence : Sentences.of(text)) {
      boolean says = text.substring(sentence.start(), sentence.end()).chars().anyMatch(WORDLY);
      if (!says || support.supported(text.substring(sentence.start(), sentence.end()), cited)) {
        kept.append(text, at, sentence.end());
      } else {
        unsupported++;
      }
      at = sentence.end();
    }
    boolean any = kept.toString().chars().anyMatch(WORDLY);
    return any || text.isBlank() ? kept.append(text, at, text.length()).toString() : "";
  }

  /// Behind a refused sentence its full stop may stand; alone it says nothing.
  private void skipPunctuation() {
    int length = punctuation(waiting).length();
    if (waiting.toString().strip().length() == length) {
      waiting.delete(0, length);
    }
  }

  /// The full stops and the like that a text begins with.
  private static String punctuation(CharSequence text) {
    int at = 0;
    while (at < text.length() && ".。!！?？".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return text.subSequence(0, at).toString();
  }

  private static String withoutLastSentence(String text) {
    List<Sentences.Range> sentences = Sentences.of(text);
    return sentences.size() < 2 ? "" : text.substring(0, sentences.getLast().start());
  }

  /// The rest of a line: punctuation behind the last marker passes, a claim without one does not.
  private void dropClaim(String rest) {
    if (rest.isBlank()) {
      return;
    }
    if (rest.strip().length() <= 2 && rest.strip().chars().noneMatch(Character::isLetterOrDigit)) {
      pass(passed.isEmpty() ? "" : rest.stripTrailing());
    } else {
      refused++;
    }
  }

  private void finish() {
    dropClaim(waiting.toString());
    waiting.setLength(0);
  }

  private void pass(String text) {
    // Of what was left out at the beginning its full stop may be left.
    String shown = passed.toString().isBlank() ? LEFT_OVER.matcher(text).replaceFirst("") : text;
    if (!shown.isEmpty()) {
      passed.append(shown);
      out.accept(shown);
    }
  }

  /// The claims as one map from a passage's number to what is said by it.
  Map<Integer, String> joinedClaims() {
    Map<Integer, String> joined = new HashMap<>();
    claims.forEach((number, said) -> joined.put(number, String.join(" ", said)));
    return joined;
  }
}

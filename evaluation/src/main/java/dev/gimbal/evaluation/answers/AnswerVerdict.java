package dev.gimbal.evaluation.answers;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What an answer was worth for its case.
public enum AnswerVerdict {
  /// It rests on what was expected, or refused where that was right.
  HELD,
  /// It refused although the documents hold the answer.
  REFUSED_WRONGLY,
  /// It answered from somewhere else, or answered where it should have refused.
  ANSWERED_WRONGLY;

  private static final Pattern LINK = Pattern.compile("\\]\\([^)]*\\)|<[^>]+>");
  private static final Pattern NOT_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /// An answer as far as it is judged.
  ///
  /// @param kind `generated`, `quoted` or `refused`
  public record Given(String kind, String answer, List<Cited> citations) {
    public Given {
      citations = List.copyOf(citations);
    }
  }

  /// A citation.
  ///
  /// @param key of the document
  public record Cited(String key, int start, int end, String quote) {}

  /// Judges an answer. Texts are compared without link targets, tags, case, and everything that is
  /// neither a letter nor a digit.
  public static AnswerVerdict of(AnswerCase expected, Given given) {
    boolean refused = given.kind().equals("refused");
    if (expected.refusal()) {
      return refused ? HELD : ANSWERED_WRONGLY;
    }
    if (refused) {
      return REFUSED_WRONGLY;
    }
    boolean place =
        expected.document() == null
            || given.citations().stream().anyMatch(citation -> meets(expected, citation));
    boolean text =
        expected.texts().isEmpty()
            || expected.texts().stream().anyMatch(wanted -> holds(given, wanted));
    return place && text ? HELD : ANSWERED_WRONGLY;
  }

  private static boolean meets(AnswerCase expected, Cited citation) {
    return citation.key().equals(expected.document())
        && (expected.start() < 0
            || (citation.start() < expected.end() && citation.end() > expected.start()));
  }

  private static boolean holds(Given given, String wanted) {
    String folded = folded(wanted);
    StringBuilder quotes = new StringBuilder();
    given.citations().forEach(citation -> quotes.append(folded(citation.quote())));
    return folded(given.answer()).contains(folded) || quotes.indexOf(folded) >= 0;
  }

  /// The text as it is compared.
  public static String folded(String text) {
    String plain = LINK.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).replaceAll("");
    return NOT_LETTERS.matcher(plain).replaceAll("").toLowerCase(Locale.ROOT);
  }
}

package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotesTest {
  private static final String QUESTION = "Which error is sent when the disk is full?";

  private static Passage passage(String text, double score) {
    return new Passage(new Evidence(QuotedTextTest.evidence("", text).row(), score));
  }

  private static List<String> quoted(Passage... passages) {
    return Quotes.best(Arrays.asList(passages), Weights.even(QUESTION), 1_200, 3).stream()
        .map(Quotes.Quote::text)
        .toList();
  }

  @Test
  void shouldLeaveOutWhatLiesFarBelowTheBest() {
    Passage best = passage("When the disk is full an error is sent.", 1);

    assertThat(quoted(best, passage("The error log has a name.", 0.4)))
        .containsExactly("When the disk is full an error is sent.");
    assertThat(quoted(best, passage("A full disk sends this error: no space.", 0.9))).hasSize(2);
  }

  @Test
  void shouldLeaveOutWhatOnlyRepeatsTermsUnlessItIsNearlyAsGood() {
    Passage best = passage("The error when the disk is full.", 1);
    Passage partial = passage("The disk is full.", 0.4);
    Passage other = passage("It is sent when the disk is full.", 0.4);

    assertThat(quoted(best, partial)).hasSize(1);
    assertThat(quoted(best, other)).hasSize(2);
  }

  @Test
  void shouldQuoteOfATableBehindTheBestOnlyRowsThatMatch() {
    Passage best = passage("When the disk is full an error says so.", 1);
    Passage table =
        passage(
            "| Code | Meaning |\n| --- | --- |\n| disk_full | It is sent |\n"
                + "| not_found | Nothing is there |\n| too_large | Over the limit |",
            0.9);

    List<String> quoted = quoted(best, table);

    assertThat(quoted).hasSize(2);
    assertThat(quoted.getLast())
        .contains("disk_full")
        .doesNotContain("not_found")
        .doesNotContain("too_large");
  }

  @Test
  void shouldKnowChineseByWordsAndNotByPairsOfCharacters() {
    assertThat(Terms.of("大兴机场的旅客吞吐量是多少？")).contains("机场", "旅客").doesNotContain("场旅", "客吞");
    assertThat(Terms.held("大兴機場旅客吞吐量")).contains("机场", "旅客", "吞");
  }

  @Test
  void shouldNotTakeTheSameOfAnotherPlaceAndYearForAnAnswerInChinese() {
    Frequencies even =
        new Frequencies(1_000, Map.of("2021", 50L, "大兴", 50L, "机场", 50L, "运送", 50L, "旅客", 50L));
    Vectors none = new NoVectors();
    Evidence other = QuotedTextTest.evidence("", "首都机场去年运送旅客四千万人。");
    Evidence same = QuotedTextTest.evidence("", "2021年大兴机场运送旅客三千万人。");
    String question = "2021年大兴机场运送旅客多少？";

    double beside =
        new Judging(12, none).judge(question, List.of(other), even, Map.of()).strength();
    double answer = new Judging(12, none).judge(question, List.of(same), even, Map.of()).strength();

    assertThat(beside).isLessThan(0.4);
    assertThat(answer).isGreaterThan(0.4);
  }

  private static final class NoVectors implements Vectors {
    @Override
    public Map<dev.gimbal.knowledge.core.store.Hash, float[]> ofPassages(List<Evidence> passages) {
      return Map.of();
    }

    @Override
    public List<float[]> ofSentences(String model, List<String> sentences) {
      return List.of();
    }
  }
}

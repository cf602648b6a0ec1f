package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
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
  void shouldKeepBesideAMatchingRowOfTheBestTableOnlyItsNeighbours() {
    Passage table =
        passage(
            "| Code | Meaning |\n| --- | --- |\n| a | First |\n| b | Second |\n"
                + "| disk_full | The error that is sent |\n| c | Third |\n| d | Fourth |",
            1);

    assertThat(quoted(table).getFirst())
        .contains("disk_full", "Third")
        .doesNotContain("First")
        .doesNotContain("Fourth");
  }
}

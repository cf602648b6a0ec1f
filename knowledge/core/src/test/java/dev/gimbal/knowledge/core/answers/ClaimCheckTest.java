package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimCheckTest {
  private final ClaimCheck check =
      new ClaimCheck(
          List.of(
              QuotedTextTest.evidence(
                  "Leave", "Parental leave at Acme is sixteen weeks long. 1,250 took it in 2024."),
              QuotedTextTest.evidence("", "病假最多二十五天，需要医生证明。"),
              QuotedTextTest.evidence("", "The office opens at nine.")),
          "How long is parental leave, asks Bob?",
          (sentence, passage) -> sentence.startsWith("Staff") ? 0.9 : 0.3);

  @Test
  void shouldTakeWhatThePassageSaysHoweverItsNumbersAreWritten() {
    assertThat(check.supported("Parental leave lasts 16 weeks.", List.of(1))).isTrue();
    assertThat(check.supported("In 2024, 1250 took parental leave.", List.of(1))).isTrue();
    assertThat(check.supported("Bob gets parental leave of sixteen weeks.", List.of(1))).isTrue();
    assertThat(check.supported("病假最多25天。", List.of(2))).isTrue();
    assertThat(check.supported("The office opens and leave is long.", List.of(1, 3))).isTrue();
  }

  @Test
  void shouldNotTakeInventedNumbersNamesOrStatements() {
    assertThat(check.supported("Parental leave lasts 20 weeks.", List.of(1))).isFalse();
    assertThat(check.supported("Parental leave lasts twenty weeks.", List.of(1))).isFalse();
    assertThat(check.supported("病假最多三十天。", List.of(2))).isFalse();
    assertThat(check.supported("Parental leave at Globex is long.", List.of(1))).isFalse();
    assertThat(check.supported("Lunch is served daily without charge.", List.of(1))).isFalse();
    assertThat(check.supported("Parental leave is sixteen weeks long.", List.of(3))).isFalse();
  }

  @Test
  void shouldLetTheVectorDecideWhereWordsDiffer() {
    assertThat(check.supported("Staff stay home, parental leave granted.", List.of(1))).isTrue();
    assertThat(check.supported("Those stay home, parental leave granted free.", List.of(1)))
        .isFalse();
  }

  @Test
  void shouldJudgeBetweenLanguagesByNumbersAndNamesAlone() {
    assertThat(check.supported("Acme 的育儿假为16周。", List.of(1))).isTrue();
    assertThat(check.supported("Acme 的育儿假为18周。", List.of(1))).isFalse();
  }

  @Test
  void shouldJudgeEachSentenceByAllThePassagesThatItsMarkersName() {
    List<String> asked = new ArrayList<>();
    StringBuilder out = new StringBuilder();
    CitationCheck citations =
        new CitationCheck(
            3,
            (sentence, cited) -> {
              asked.add(sentence + cited);
              return !sentence.contains("wrong");
            },
            out::append);
    for (String piece :
        List.of("Right. A wrong one [1", "] [", "2]. Fine", " [3].", " wrong [1].")) {
      citations.text(piece);
    }
    citations.end();

    assertThat(asked).containsExactly("Right.[1, 2]", "A wrong one[1, 2]", "Fine[3]", "wrong[1]");
    assertThat(out.toString()).isEqualTo("Right. [1][2]. Fine [3].");
    assertThat(citations.unsupported()).isEqualTo(2);
    assertThat(citations.claims().get(2)).containsExactly("Right.");
  }

  @Test
  void shouldReadNumbersInAnyWriting() {
    assertThat(Numbers.said("三万五千 and 二〇二四, twenty-one, 1,000.50, 007"))
        .containsExactlyInAnyOrder("1000.5", "7", "21", "35000", "2024");
    assertThat(Numbers.said("one of us, 一起, 第一")).isEmpty();
    assertThat(Numbers.held("one week, 一周")).contains("1");
  }

  @Test
  void shouldNamePhrasesInTheQuestionsOwnWords() {
    assertThat(Phrases.of("How long is parental leave at Acme?"))
        .containsExactly("long", "parental leave", "Acme");
    assertThat(Phrases.missing("How long is parental leave at Acme?", Terms.held("leaves; longer")))
        .contains("parental", "Acme")
        .doesNotContain("leave");
    assertThat(Phrases.of("租车政策是什么？")).containsExactly("租车政策");
  }
}

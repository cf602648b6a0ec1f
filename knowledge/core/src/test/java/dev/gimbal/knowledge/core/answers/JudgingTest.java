package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.store.Hash;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgingTest {
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
    public Map<Hash, float[]> ofPassages(List<Evidence> passages) {
      return Map.of();
    }

    @Override
    public List<float[]> ofSentences(String model, List<String> sentences) {
      return List.of();
    }
  }
}

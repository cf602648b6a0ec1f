package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.store.Hash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

  @Test
  void shouldCountAMeasureWordWithTheQuestionWordBeforeIt() {
    assertThat(Terms.of("工作十年有多少天年假？")).contains("年假").doesNotContain("天年");
    assertThat(Terms.of("年假有几天？")).containsExactly("年假");
  }

  @Test
  void shouldAnswerInOtherWordsThanTheDocumentsInASmallChineseCollection() {
    Frequencies few = new Frequencies(5, Map.of("出差", 1L, "住宿费", 1L, "每晚", 1L));
    Frequencies many = new Frequencies(5_000, Map.of("出差", 1L, "住宿费", 1L, "每晚", 1L));
    List<Evidence> found = List.of(QuotedTextTest.evidence("", "员工出差住宿费每晚不超过六百元，超出部分需要批准。"));
    List<Evidence> beside = List.of(QuotedTextTest.evidence("", "病假需提供医院证明，三天以内由主管批准。"));
    Judging judging = new Judging(12, new NoVectors());
    String question = "出差住宿费每晚的上限是多少？";

    assertThat(judging.judge(question, found, few, Map.of()).strength()).isGreaterThan(0.4);
    assertThat(judging.judge(question, beside, few, Map.of()).strength()).isLessThan(0.4);
    assertThat(judging.judge(question, beside, many, Map.of()).strength()).isLessThan(0.4);
  }

  @Test
  void shouldLetTheOneNearPassageOfAFewAnswerAChineseQuestionInOtherWords() {
    Frequencies few = new Frequencies(4, Map.of("高铁", 1L, "报销", 1L));
    Evidence answer = QuotedTextTest.evidence("", "高铁二等座可以全额报销，机票需要批准。");
    List<Evidence> found =
        List.of(
            answer,
            QuotedTextTest.evidence("", "病假需提供医院证明。"),
            QuotedTextTest.evidence("", "年假为每年二十天。"),
            QuotedTextTest.evidence("", "办公室九点开门。"));
    Map<String, float[]> asked = Map.of("m", new float[] {1, 0});
    String question = "高铁费用能报销吗？";

    double near = new Judging(12, new Near(answer)).judge(question, found, few, asked).strength();
    double alike = new Judging(12, new Near(null)).judge(question, found, few, asked).strength();
    double pair =
        new Judging(12, new Near(answer))
            .judge(question, found.subList(0, 2), few, asked)
            .strength();

    assertThat(near).isGreaterThan(0.4);
    assertThat(alike).isLessThan(0.4);
    assertThat(pair).isLessThan(0.4);
  }

  /// All passages lie far from the question, one perhaps near.
  private record Near(@Nullable Evidence one) implements Vectors {
    @Override
    public Map<Hash, float[]> ofPassages(List<Evidence> passages) {
      Map<Hash, float[]> vectors = new HashMap<>();
      for (Evidence passage : passages) {
        vectors.put(
            passage.chunk().hash(),
            passage.equals(one) ? new float[] {0.8f, 0.6f} : new float[] {0.3f, 0.95f});
      }
      return vectors;
    }

    @Override
    public List<float[]> ofSentences(String model, List<String> sentences) {
      return List.of();
    }
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

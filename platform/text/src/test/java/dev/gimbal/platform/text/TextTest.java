package dev.gimbal.platform.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void shouldFoldWordsAndCutChineseIntoBigrams() {
    assertThat(Tokens.of("Gimbal's Café, ＡＢＣ１２ 常平架 v2.1 ﬁne"))
        .containsExactly("gimbal", "cafe", "abc12", "常平", "平架", "v2", "1", "fine");
  }

  @Test
  void shouldKeepASingleIdeographAndMarksOfOtherScripts() {
    assertThat(Tokens.of("x 水 हिन्दी")).containsExactly("x", "水", "हिन्दी");
  }

  @Test
  void shouldCutMixedTextWhereTheScriptChanges() {
    assertThat(Tokens.of("用RCEP协定2022年")).containsExactly("用", "rcep", "协定", "2022", "年");
  }

  @Test
  void shouldHaveNoTokensForTextWithoutWords() {
    assertThat(Tokens.of(" -- \n🙂 !")).isEmpty();
  }

  @Test
  void shouldTellLanguagesOfPassages() {
    assertThat(Languages.of("What is the price of the plan?")).isEqualTo("en");
    assertThat(Languages.of("RCEP具体包括哪些国家")).isEqualTo("zh");
    assertThat(Languages.of("請問這個產品的價格是多少")).isEqualTo("zh");
    assertThat(Languages.of("これはペンです。価格を教えてください")).isEqualTo("ja");
    assertThat(Languages.of("이 제품의 가격은 얼마입니까")).isEqualTo("ko");
    assertThat(Languages.of("Какова цена этого плана?")).isEqualTo("ru");
    assertThat(Languages.of("Der Preis ist nicht mit der Steuer und das Paket zu teuer"))
        .isEqualTo("de");
    assertThat(Languages.of("12345 -- 3.4")).isEqualTo("en");
  }

  @Test
  void shouldStayEnglishWhenOneNameIsChineseOrGerman() {
    assertThat(Languages.of("The gimbal (常平架) keeps the lamp level on the ship of Der Spiegel"))
        .isEqualTo("en");
  }

  @Test
  void shouldCutSentencesOfBothLanguages() {
    String text = "Dr. Who paid $3.50 (e.g. in May). Then he left!  今天下雨。明天呢？好\nEnd";
    assertThat(Sentences.of(text).stream().map(r -> text.substring(r.start(), r.end())).toList())
        .containsExactly(
            "Dr. Who paid $3.50 (e.g. in May).", "Then he left!", "今天下雨。", "明天呢？", "好", "End");
  }

  @Test
  void shouldKeepEveryCharacterButWhiteSpaceInSentences() {
    Random random = new Random(7);
    String alphabet = "ab .!?。\n)\"中e.g";
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      StringBuilder joined = new StringBuilder();
      for (Sentences.Range range : Sentences.of(text.toString())) {
        joined.append(text, range.start(), range.end());
      }
      assertThat(joined.toString().replaceAll("\\s", ""))
          .isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }

  @Test
  void shouldConvertOffsetsAsTheStringItselfDoes() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(List.of("a", "中", "🙂", "𠮷").get(random.nextInt(4)));
      }
      CodePoints points = CodePoints.of(text.toString());
      assertThat(points.length()).isEqualTo(text.codePointCount(0, text.length()));
      for (int at = 0; at <= points.length(); at++) {
        int index = text.toString().offsetByCodePoints(0, at);
        assertThat(points.toChar(at)).isEqualTo(index);
        assertThat(points.toCodePoint(index)).isEqualTo(at);
      }
    }
  }

  @Test
  void shouldPointAtThePairWhenAnIndexLiesInsideIt() {
    CodePoints points = CodePoints.of("a🙂b🙂");
    assertThat(points.toCodePoint(2)).isEqualTo(1);
    assertThat(points.toCodePoint(3)).isEqualTo(2);
    assertThat(points.substring(1, 3)).isEqualTo("🙂b");
    assertThatThrownBy(() -> points.toChar(5)).hasMessageContaining("0 to 4");
  }
}

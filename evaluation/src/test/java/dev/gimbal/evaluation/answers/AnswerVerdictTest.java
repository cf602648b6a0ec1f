package dev.gimbal.evaluation.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.evaluation.answers.AnswerVerdict.Cited;
import dev.gimbal.evaluation.answers.AnswerVerdict.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerVerdictTest {
  @TempDir Path folder;

  @Test
  void shouldHoldWhenACitationQuotesTheExpectedTextWhateverItsMarkup() {
    AnswerCase expected = text("Leave is [sixteen](https://x.example) weeks.");

    assertThat(AnswerVerdict.of(expected, quoted("Leave is **sixteen** weeks")))
        .isEqualTo(AnswerVerdict.HELD);
    assertThat(AnswerVerdict.of(expected, quoted("Leave is ten weeks")))
        .isEqualTo(AnswerVerdict.ANSWERED_WRONGLY);
  }

  @Test
  void shouldTellARefusalThatIsRightFromOneThatIsWrong() {
    Given refusal = new Given("refused", "", List.of());

    assertThat(AnswerVerdict.of(text("x"), refusal)).isEqualTo(AnswerVerdict.REFUSED_WRONGLY);
    assertThat(AnswerVerdict.of(new AnswerCase("?", "", List.of(), null, -1, -1, true), refusal))
        .isEqualTo(AnswerVerdict.HELD);
    assertThat(
            AnswerVerdict.of(
                new AnswerCase("?", "", List.of(), null, -1, -1, true), quoted("anything")))
        .isEqualTo(AnswerVerdict.ANSWERED_WRONGLY);
  }

  @Test
  void shouldWantACitationThatMeetsTheExpectedRange() {
    AnswerCase expected = new AnswerCase("?", "", List.of(), "leave.md", 10, 20, false);

    assertThat(AnswerVerdict.of(expected, cited("leave.md", 15, 40))).isEqualTo(AnswerVerdict.HELD);
    assertThat(AnswerVerdict.of(expected, cited("leave.md", 20, 40)))
        .isEqualTo(AnswerVerdict.ANSWERED_WRONGLY);
    assertThat(AnswerVerdict.of(expected, cited("other.md", 15, 40)))
        .isEqualTo(AnswerVerdict.ANSWERED_WRONGLY);
  }

  @Test
  void shouldNameTheLineOfACaseThatCannotBeUsed() throws IOException {
    Path file = folder.resolve("cases.jsonl");
    Files.writeString(file, "{\"question\": \"a\", \"text\": \"b\"}\n\n{\"question\": \"a\"}\n");

    assertThatThrownBy(() -> AnswerCase.read(file)).hasMessageContaining("line 3");
  }

  private static AnswerCase text(String text) {
    return new AnswerCase("?", "", List.of(text), null, -1, -1, false);
  }

  private static Given quoted(String quote) {
    return new Given("quoted", "See [1].", List.of(new Cited("leave.md", 0, 10, quote)));
  }

  private static Given cited(String key, int start, int end) {
    return new Given("quoted", "See [1].", List.of(new Cited(key, start, end, "x")));
  }
}

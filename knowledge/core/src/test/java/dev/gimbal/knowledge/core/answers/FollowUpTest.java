package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.release.api.Application.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowUpTest {
  private static final List<Turn> CHINESE =
      List.of(new Turn(Turn.By.USER, "出差住宿费每晚的上限是多少？"), new Turn(Turn.By.APPLICATION, "六百元。[1]"));
  private static final List<Turn> ENGLISH =
      List.of(
          new Turn(Turn.By.USER, "How long is parental leave?"),
          new Turn(Turn.By.APPLICATION, "Sixteen weeks. [1]"));

  @Test
  void shouldPutTheQuestionBeforeInFrontOfOneThatLeansOnIt() {
    assertThat(FollowUp.combined("And is it paid?", ENGLISH))
        .isEqualTo("How long is parental leave?\nAnd is it paid?");
    assertThat(FollowUp.combined("超出部分怎么办？", CHINESE)).isEqualTo("出差住宿费每晚的上限是多少？\n超出部分怎么办？");
  }

  @Test
  void shouldLeaveAloneAQuestionThatSaysEnoughByItself() {
    String english = "Which doctor signs certificates about illness during business travel abroad?";
    // Four Chinese words say as much as six English ones.
    String chinese = "机场员工如何报销高铁票？";

    assertThat(Terms.of(chinese)).hasSizeBetween(4, 5);
    assertThat(FollowUp.combined(english, ENGLISH)).isEqualTo(english);
    assertThat(FollowUp.combined(chinese, CHINESE)).isEqualTo(chinese);
    assertThat(FollowUp.combined("Who pays?", List.of())).isEqualTo("Who pays?");
  }
}

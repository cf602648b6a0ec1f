package dev.gimbal.knowledge.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.HitStore;
import dev.gimbal.knowledge.core.store.StoredChunk;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QuotedTextTest {
  private static final String TABLE =
      "| Team | Aim |\n| --- | --- |\n| Sales | Sell. A lot |\n| Security | Enable trust |";

  static Evidence evidence(String context, String text) {
    StoredChunk chunk =
        new StoredChunk(
            new UUID(0, 1),
            0,
            100,
            100 + text.codePointCount(0, text.length()),
            text,
            context,
            "en",
            "m",
            Locator.NONE,
            Hash.of(text));
    return new Evidence(new HitStore.HitRow(new UUID(0, 2), 1, "t", "md", chunk), 1);
  }

  private static String shown(Evidence passage, String quoted) {
    int start = passage.text().indexOf(quoted);
    int from = 100 + passage.text().codePointCount(0, start);
    int to = from + quoted.codePointCount(0, quoted.length());
    return QuotedText.of(List.of(new Quotes.Quote(passage, from, to, quoted, 1)));
  }

  @Test
  void shouldCarryTheHeadOfTheTableWhoseRowsAreQuoted() {
    assertThat(shown(evidence("", "😀 Aims:\n" + TABLE), "| Security | Enable trust |"))
        .isEqualTo("| Team | Aim |\n| --- | --- |\n| Security | Enable trust |\n\n[1]");
    assertThat(shown(evidence("Aims\n| Team | Aim |", "| Legal | Comply |"), "| Legal | Comply |"))
        .isEqualTo("| Team | Aim |\n| --- | --- |\n| Legal | Comply |\n\n[1]");
    assertThat(shown(evidence("", TABLE), TABLE)).isEqualTo(TABLE + "\n\n[1]");
  }

  @Test
  void shouldPutTheMarkerBehindTheFenceOfCodeOnALineOfItsOwn() {
    Evidence passage = evidence("", "Run:\n```sh\nmake\nmake test\n```\nThen wait.");

    assertThat(shown(passage, "Run:\n```sh\nmake\nmake test\n```"))
        .isEqualTo("Run:\n```sh\nmake\nmake test\n```\n[1]");
    assertThat(shown(passage, "make test\n```")).isEqualTo("```\nmake test\n```\n[1]");
    assertThat(shown(passage, "Run:\n```sh\nmake")).isEqualTo("Run:\n```sh\nmake\n```\n[1]");
    assertThat(shown(passage, "Then wait.")).isEqualTo("Then wait. [1]");
  }

  @Test
  void shouldNeverCutARowAtAFullStop() {
    assertThat(Units.of(TABLE)).hasSize(4);
    assertThat(Units.of("One. Two.\n| a. b | c |")).hasSize(3);
  }
}

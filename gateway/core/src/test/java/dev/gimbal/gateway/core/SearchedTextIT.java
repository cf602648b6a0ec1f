package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What of a question goes into the text by which its trace is found: at most its first 512 bytes.
class SearchedTextIT {
  private static final int KEPT = 512;
  private static final int TRIMMED = 64;

  @Test
  void shouldNotKeepHalfAnAddressThatNoPatternKnowsWhereContentsAreRedacted() {
    String before = "x".repeat(KEPT - 45) + " ";
    String asked =
        before + "my card is 4111 1111 1111 1111, mail ann@example.com, and there is more";

    String searched = searched(Content.REDACTED, asked);

    assertThat(asked.substring(0, KEPT)).endsWith("ann@exa");
    assertThat(searched).isEqualTo(asked.substring(0, KEPT - TRIMMED));
  }

  @Test
  void shouldCountTheEndInCharactersAndNotCutOneInTwo() {
    String searched = searched(Content.REDACTED, "\uD83D\uDE00".repeat(KEPT));

    assertThat(searched).matches("(\uD83D\uDE00)+");
    assertThat(searched.length() / 2).isBetween(KEPT / 4 - TRIMMED - 1, KEPT / 4 - TRIMMED);
  }

  @Test
  void shouldKeepATextThatIsWholeToItsEnd() {
    String asked = "x".repeat(480) + " ann@example.com";

    assertThat(searched(Content.REDACTED, asked)).isEqualTo(asked);
    assertThat(searched(Content.FULL, asked + "y".repeat(KEPT))).startsWith(asked).hasSize(KEPT);
  }

  @Test
  void shouldKeepNothingOfItWhereContentsAreHashedOrOff() {
    assertThat(searched(Content.HASH, "hello")).isNull();
    assertThat(searched(Content.OFF, "hello")).isNull();
  }

  private static @Nullable String searched(Content policy, String asked) {
    GatewayConfig config =
        new GatewayConfig(true, policy, Bodies.DEFAULT, Deadlines.DEFAULT, List.of());
    try (House house = new House(config)) {
      house.chat(House.body("plain", false).replace("Say hello", asked));
      house.ledger.awaitSettled(1);
      return house.ledger.kept.spans().isEmpty()
          ? null
          : house.ledger.kept.spans().getLast().text();
    }
  }
}

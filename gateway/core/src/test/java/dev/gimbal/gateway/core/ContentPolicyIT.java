package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.ContentRecord.Direction;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What of a call goes on record, by the policy for contents and whatever that is.
class ContentPolicyIT {
  private static final String ASKED = "a question that nobody else asks";
  private static final String SAID = "Hello from the scenario.";

  /// All that was put on record, as text.
  private static String all(House house) {
    List<Object> all = new ArrayList<>(house.ledger.opened());
    all.addAll(house.ledger.settlements());
    all.addAll(house.ledger.kept.spans());
    house.ledger.kept.contents().forEach(content -> all.add(text(content)));
    return all.toString();
  }

  private static String text(ContentRecord content) {
    return new String(content.body(), StandardCharsets.UTF_8);
  }

  private static String body() {
    return House.body("plain", false).replace("Say hello", ASKED);
  }

  private static String hash(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256:" + HexFormat.of().formatHex(digest);
  }

  private static House house(Content policy) {
    return new House(new GatewayConfig(true, policy, Bodies.DEFAULT, House.DEADLINES, List.of()));
  }

  @ParameterizedTest
  @EnumSource(Content.class)
  void shouldKeepOfContentsWhatThePolicySaysAndNothingElse(Content policy) throws Exception {
    try (House house = house(policy)) {
      HttpResponse<String> answer = house.chat(body());
      house.ledger.awaitSettled(1);

      String kept = all(house);
      switch (policy) {
        case FULL, REDACTED -> {
          assertThat(house.ledger.kept.contents())
              .extracting(ContentRecord::direction)
              .containsExactlyInAnyOrder(Direction.INPUT, Direction.OUTPUT);
          assertThat(kept).contains(ASKED, SAID);
        }
        case HASH ->
            assertThat(kept)
                .contains(hash(body()), hash(answer.body()))
                .doesNotContain(ASKED, SAID);
        case OFF -> {
          assertThat(house.ledger.kept.contents()).isEmpty();
          assertThat(kept).doesNotContain(ASKED, SAID, "sha256:");
        }
      }
    }
  }

  @Test
  void shouldNeverPutHeadersOrKeysOfACallerOnRecord() {
    try (House house = house(Content.FULL)) {
      house.send(
          house
              .request("/v1/chat/completions")
              .header("cookie", "session=secret-cookie")
              .header("x-api-key", House.KEY)
              .header("x-anything", "secret-header")
              .header("openai-organization", "secret-organisation")
              .header("x-gimbal-tag-team", "search")
              .POST(BodyPublishers.ofString(body())));
      house.ledger.awaitSettled(1);

      assertThat(all(house))
          .contains("search", ASKED)
          .doesNotContain(House.KEY)
          .doesNotContain("secret-", "Bearer");
    }
  }
}

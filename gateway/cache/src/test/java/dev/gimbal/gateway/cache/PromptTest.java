package dev.gimbal.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.cache.ContextTrim.Form;
import dev.gimbal.gateway.cache.ContextTrim.Trimmed;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
  private static final String MARK = ",\"cache_control\":{\"type\":\"ephemeral\"}";
  private static final String LONG = "word ".repeat(1_000);

  private static String place(String body) {
    return new String(PromptCaching.place(Calls.bytes(body)), StandardCharsets.UTF_8);
  }

  @Test
  void shouldMarkToolsSystemAndTheLastTwoTurnsAndLeaveEveryOtherByte() {
    String body =
        "{ \"max_tokens\":5,\"tools\":[{\"name\":\"a\"}, {\"name\":\"b\" }],\n \"system\":\"é "
            + LONG
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"assistant\",\"content\":\"x\"},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"second\"}]},"
            + "{\"role\":\"assistant\",\"content\":\"y\"},{\"role\":\"user\",\"content\":\"third\"}],\"x\":1.50}";
    assertThat(place(body))
        .isEqualTo(
            "{ \"max_tokens\":5,\"tools\":[{\"name\":\"a\"}, {\"name\":\"b\""
                + MARK
                + " }],\n \"system\":[{\"type\":\"text\",\"text\":\"é "
                + LONG
                + "\""
                + MARK
                + "}],\"messages\":[{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"assistant\",\"content\":\"x\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"second\""
                + MARK
                + "}]},{\"role\":\"assistant\",\"content\":\"y\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"third\""
                + MARK
                + "}]}],\"x\":1.50}");
  }

  @Test
  void shouldNotTouchACallThatIsMarkedShortOrUnreadable() {
    for (String body :
        List.of(
            "{\"system\":\"short\",\"messages\":[]}",
            "{\"system\":\""
                + LONG
                + "\",\"messages\":[{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"text\",\"text\":\"a\""
                + MARK
                + "}]}]}",
            "{\"system\":\"" + LONG + "\",\"messages\":[",
            "[\"" + LONG + "\"]")) {
      byte[] bytes = Calls.bytes(body);
      assertThat(PromptCaching.place(bytes)).isSameAs(bytes);
    }
  }

  @Test
  void shouldNotMarkWhatCannotCarryAMark() {
    String body =
        "{\"system\":\"\",\"pad\":\""
            + LONG
            + "\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\"}]},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}]}";
    assertThat(place(body)).isEqualTo(body);
  }

  private static String turn(String role, String text) {
    return "{\"role\":\"" + role + "\",\"content\":\"" + text + "\"}";
  }

  private static Trimmed trim(Form form, String body, long most) {
    return ContextTrim.fit(form, Calls.bytes(body), most);
  }

  private static String text(Trimmed trimmed) {
    return new String(trimmed.body(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldDropTheOldestExchangesAndKeepSystemToolsAndTheLatest() {
    String filler = "a".repeat(400);
    String kept = turn("user", "last " + filler);
    String body =
        "{\"tools\":[{\"type\":\"function\"}],\"messages\":["
            + turn("system", "be kind")
            + " , "
            + turn("user", "one " + filler)
            + ","
            + turn("assistant", "two " + filler)
            + ","
            + turn("developer", "stay")
            + ",  "
            + kept
            + "],\"z\":0}";
    Trimmed trimmed = trim(Form.CHAT, body, 200);
    assertThat(text(trimmed))
        .isEqualTo(
            "{\"tools\":[{\"type\":\"function\"}],\"messages\":["
                + turn("system", "be kind")
                + " , "
                + turn("developer", "stay")
                + ",  "
                + kept
                + "],\"z\":0}");
    assertThat(trimmed.dropped()).isEqualTo(2);
    assertThat(trimmed.fits()).isTrue();
  }

  @Test
  void shouldNeverPartAToolsCallFromItsResultInAnyDialect() throws IOException {
    String filler = "b".repeat(400);
    String ask = "\"role\":\"user\",\"content\":\"" + filler + "\"";
    String messages =
        "{\"messages\":[{"
            + ask
            + "},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\"}]},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}]},{"
            + ask
            + "}]}";
    String responses =
        "{\"input\":[{"
            + ask
            + "},{\"type\":\"function_call\",\"call_id\":\"t\"},"
            + "{\"type\":\"function_call_output\",\"call_id\":\"t\"},{"
            + ask
            + "}]}";
    String gemini =
        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
            + filler
            + "\"}]},"
            + "{\"role\":\"model\",\"parts\":[{\"functionCall\":{}}]},"
            + "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{}}]},"
            + "{\"parts\":[{\"text\":\""
            + filler
            + "\"}]}]}";
    assertThat(left(Form.MESSAGES, messages, "messages")).isEqualTo(1);
    assertThat(left(Form.RESPONSES, responses, "input")).isEqualTo(1);
    assertThat(left(Form.GEMINI, gemini, "contents")).isEqualTo(1);
  }

  private static int left(Form form, String body, String turns) throws IOException {
    Trimmed trimmed = trim(form, body, 150);
    assertThat(trimmed.dropped()).isEqualTo(3);
    JsonNode read = Json.tree(text(trimmed));
    return read.path(turns).size();
  }

  @Test
  void shouldKeepTheSamePrefixWhileAConversationGrows() {
    List<String> turns = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      turns.add(turn("user", i + " " + "c".repeat(200)));
      turns.add(turn("assistant", i + " " + "d".repeat(200)));
      String body = "{\"messages\":[" + String.join(",", turns) + "," + turn("user", "now") + "]}";
      Trimmed trimmed = trim(Form.CHAT, body, 1_000);
      assertThat(trimmed.fits()).isTrue();
      assertThat(ContextTrim.estimate(trimmed.body(), 0, trimmed.body().length))
          .isLessThanOrEqualTo(1_000);
      dropped.add(trimmed.dropped());
    }
    assertThat(dropped.stream().distinct().count())
        .as("how often the prefix changed in 40 calls")
        .isBetween(2L, 20L);
  }

  @Test
  void shouldSayThatTheLastExchangeAloneIsTooLong() {
    String body = "{\"messages\":[" + turn("user", "e".repeat(4_000)) + "]}";
    Trimmed trimmed = trim(Form.CHAT, body, 100);
    assertThat(trimmed.fits()).isFalse();
    assertThat(text(trimmed)).isEqualTo(body);
  }
}

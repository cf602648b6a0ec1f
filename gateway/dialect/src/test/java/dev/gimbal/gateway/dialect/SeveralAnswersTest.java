package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Several answers to one call: each keeps its place, its parts, its calls and its end, in both
/// directions between the two dialects that can ask for them.
final class SeveralAnswersTest {
  private static final Dialect CHAT = new ChatDialect();
  private static final Dialect GEMINI = new GeminiDialect();

  private static final String TWO_CHOICES =
      """
      {"id":"c1","created":7,"model":"m","choices":[
        {"index":0,"message":{"role":"assistant","content":"Lyon."},"finish_reason":"length"},
        {"index":1,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1",
          "type":"function","function":{"name":"find","arguments":"{\\"of\\":\\"Lyon\\"}"}}]},
         "finish_reason":"tool_calls"}],
       "usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12}}
      """;

  private static final String TWO_CANDIDATES =
      """
      {"candidates":[
        {"content":{"parts":[{"text":"Lyon."}],"role":"model"},"finishReason":"MAX_TOKENS","index":0},
        {"content":{"parts":[{"functionCall":{"id":"t1","name":"find","args":{"of":"Lyon"}}}],
         "role":"model"},"finishReason":"STOP","index":1}],
       "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":9,"totalTokenCount":12},
       "modelVersion":"m","responseId":"c1"}
      """;

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Test
  void shouldAskForAsManyAnswers() {
    JsonNode chat =
        tree("{'model':'m','messages':[{'role':'user','content':'Hi'}],'n':3}".replace('\'', '"'));
    JsonNode gemini =
        tree(
            "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}],'generationConfig':{'candidateCount':3}}"
                .replace('\'', '"'));

    assertThat(new Translation(CHAT, GEMINI).request(chat, "m", false).body().toString())
        .contains("\"candidateCount\":3");
    assertThat(new Translation(GEMINI, CHAT).request(gemini, "m", false).body().toString())
        .contains("\"n\":3");
  }

  @Test
  void shouldPutEachChoiceIntoACandidate() {
    assertThat(tree(new Translation(GEMINI, CHAT).answer(tree(TWO_CHOICES)).toString()))
        .isEqualTo(tree(TWO_CANDIDATES));
  }

  @Test
  void shouldTakeChoicesByTheirIndexAndNotByTheirPlace() {
    ObjectNode turned = (ObjectNode) tree(TWO_CHOICES);
    ArrayNode choices = (ArrayNode) turned.get("choices");
    choices.add(choices.remove(0));

    assertThat(new Translation(GEMINI, CHAT).answer(turned))
        .isEqualTo(new Translation(GEMINI, CHAT).answer(tree(TWO_CHOICES)));
  }

  @Test
  void shouldPutEachCandidateIntoAChoice() {
    JsonNode written = new Translation(CHAT, GEMINI).answer(tree(TWO_CANDIDATES));

    JsonNode choices = tree(TWO_CHOICES).path("choices");
    assertThat(written.path("choices")).isEqualTo(choices);
    assertThat(written.path("usage").path("completion_tokens").asInt()).isEqualTo(9);
  }

  private static String streamed(Dialect caller, Dialect target, boolean array, String... events) {
    Translation translation = new Translation(caller, target);
    StreamReader reader = target.streamReader();
    StreamWriter writer = caller.streamWriter(new StreamForm("x1", 7, true, array));
    StringBuilder out = new StringBuilder();
    for (String event : events) {
      reader.event(null, event, step -> writer.write(translation.marked(step), out));
    }
    reader.end(step -> writer.write(translation.marked(step), out));
    return out.toString();
  }

  private static String chunk(int index, String delta, String finish) {
    return "{\"id\":\"c1\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":"
        + index
        + ",\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finish
        + "}]}";
  }

  private static final String[] CHOICES_IN_TURN = {
    chunk(1, "{\"role\":\"assistant\",\"content\":\"\"}", "null"),
    chunk(0, "{\"content\":\"Ly\"}", "null"),
    chunk(
        1,
        "{\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"function\":{\"name\":\"find\","
            + "\"arguments\":\"{\\\"of\\\":\"}}]}",
        "null"),
    chunk(0, "{\"content\":\"on.\"}", "null"),
    chunk(1, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}", "null"),
    chunk(0, "{}", "\"length\""),
    chunk(1, "{}", "\"tool_calls\""),
    "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
        + "\"completion_tokens\":9,\"total_tokens\":12}}",
    "[DONE]"
  };

  private static String candidate(int index, String parts, String rest) {
    return "{\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"},"
        + rest
        + "\"index\":"
        + index
        + "}]";
  }

  private static final String NAMES = ",\"modelVersion\":\"m\",\"responseId\":\"c1\"}";
  private static final String COUNTS =
      ",\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":9,"
          + "\"totalTokenCount\":12}";
  private static final String CALL =
      "{\"functionCall\":{\"id\":\"t1\",\"name\":\"find\",\"args\":{\"of\":1}}}";

  @Test
  void shouldStreamEachChoiceAsACandidate() {
    String expected =
        String.join(
            "\n\n",
            "data: " + candidate(0, "{\"text\":\"Ly\"}", "") + NAMES,
            "data: " + candidate(0, "{\"text\":\"on.\"}", "") + NAMES,
            "data: " + candidate(1, CALL, "") + NAMES,
            "data: " + candidate(0, "{\"text\":\"\"}", "\"finishReason\":\"MAX_TOKENS\",") + NAMES,
            "data: "
                + candidate(1, "{\"text\":\"\"}", "\"finishReason\":\"STOP\",")
                + COUNTS
                + NAMES,
            "");

    assertThat(streamed(GEMINI, CHAT, false, CHOICES_IN_TURN)).isEqualTo(expected);
    assertThat(tree(streamed(GEMINI, CHAT, true, CHOICES_IN_TURN))).hasSize(5);
  }

  @Test
  void shouldStreamEachCandidateAsAChoice() {
    String out =
        streamed(
            CHAT,
            GEMINI,
            false,
            candidate(0, "{\"text\":\"Ly\"}", "") + NAMES,
            candidate(1, CALL, "\"finishReason\":\"STOP\",") + NAMES,
            candidate(0, "{\"text\":\"on.\"}", "\"finishReason\":\"MAX_TOKENS\",")
                + COUNTS
                + NAMES);

    List<JsonNode> chunks = new ArrayList<>();
    for (String event : out.split("\n\n")) {
      String data = event.substring("data: ".length());
      if (!data.equals("[DONE]")) {
        chunks.add(tree(data));
      }
    }
    assertThat(chunks.stream().map(chunk -> chunk.path("choices").path(0)).map(JsonNode::toString))
        .containsExactly(
            "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"Ly\"},\"finish_reason\":null}",
            "{\"index\":1,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
            "{\"index\":1,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"find\",\"arguments\":\"\"}}]},\"finish_reason\":null}",
            "{\"index\":1,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                + "\"{\\\"of\\\":1}\"}}]},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"on.\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}",
            "{\"index\":1,\"delta\":{},\"finish_reason\":\"tool_calls\"}",
            "");
    assertThat(chunks.getLast().path("usage").path("completion_tokens").asInt()).isEqualTo(9);
    assertThat(out).endsWith("data: [DONE]\n\n").containsOnlyOnce("[DONE]");
  }

  @Test
  void shouldNotTakeAStreamForWholeWhereOneAnswerBrokeOff() {
    assertThat(
            streamed(
                GEMINI,
                CHAT,
                false,
                chunk(0, "{\"content\":\"a\"}", "\"stop\""),
                chunk(1, "{\"content\":\"b\"}", "null")))
        .contains("broke off");
    assertThat(
            streamed(
                CHAT,
                GEMINI,
                false,
                candidate(0, "{\"text\":\"a\"}", "\"finishReason\":\"STOP\",") + "}",
                candidate(1, "{\"text\":\"b\"}", "") + "}"))
        .contains("broke off");
  }

  private static ModelAnswer several() {
    return new ModelAnswer(
        "c1",
        "m",
        7L,
        List.of(new Part.Text("Lyon.")),
        Stop.of(Stop.Reason.END),
        List.of(
            new ModelAnswer.Choice(
                List.of(new Part.ToolCall("t1", "find", "{\"of\":1}", null, null)),
                Stop.of(Stop.Reason.TOOL_CALLS)),
            new ModelAnswer.Choice(List.of(new Part.Text("No.")), Stop.of(Stop.Reason.LENGTH))),
        new TokenCount(3L, null, null, 9L, null));
  }

  static List<Dialect> able() {
    return List.of(CHAT, GEMINI);
  }

  @ParameterizedTest
  @MethodSource("able")
  void shouldCollectAStreamToTheWholeAnswer(Dialect dialect) {
    StringBuilder out = new StringBuilder();
    StreamWriter writer = dialect.streamWriter(new StreamForm("x1", 7, true, false));
    AnswerEvent.of(several()).forEach(event -> writer.write(event, out));

    AnswerCollector collector = new AnswerCollector();
    StreamReader reader = dialect.streamReader();
    for (String event : out.toString().split("\n\n")) {
      reader.event(null, event.substring("data: ".length()), collector);
    }
    reader.end(collector);

    assertThat(collector.failure()).isNull();
    assertThat(collector.answer().choices()).isEqualTo(several().choices());
    assertThat(dialect.readAnswer(dialect.writeAnswer(several())).choices())
        .isEqualTo(several().choices());
  }

  static List<Dialect> unable() {
    return List.of(new MessagesDialect(), new ResponsesDialect());
  }

  /// They cannot be asked for there, so it is more than was asked for.
  @ParameterizedTest
  @MethodSource("unable")
  void shouldTellOneAnswerWhereADialectHasOne(Dialect caller) {
    String out = streamed(caller, CHAT, false, CHOICES_IN_TURN);

    assertThat(out).contains("Ly").contains("on.").doesNotContain("find");
    assertThat(new Translation(caller, CHAT).answer(tree(TWO_CHOICES)).toString())
        .contains("Lyon.")
        .doesNotContain("find");
  }

  @Test
  void shouldMarkWhatEachAnswerSigned() {
    AnswerEvent further =
        new AnswerEvent.Further(1, new AnswerEvent.ToolStarted(0, "t", "find", "S="));

    assertThat(new Translation(CHAT, GEMINI).marked(further))
        .isEqualTo(
            new AnswerEvent.Further(
                1, new AnswerEvent.ToolStarted(0, "t", "find", "gimbal+gemi+S=")));
  }
}

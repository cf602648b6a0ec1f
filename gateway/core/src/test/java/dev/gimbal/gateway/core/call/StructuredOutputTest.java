package dev.gimbal.gateway.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.StructuredOutput.Verdict;
import dev.gimbal.platform.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StructuredOutputTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},"
          + "\"required\":[\"age\"],\"additionalProperties\":false}";

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static JsonNode call(String schema) {
    return tree(
        "{\"model\":\"m\",\"stream\":true,\"x_unknown\":1,\"messages\":["
            + "{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"a\"}],"
            + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
            + "{\"name\":\"n\",\"schema\":"
            + schema
            + "}}}");
  }

  private static StructuredOutput of(String schema) {
    return Objects.requireNonNull(StructuredOutput.of(call(schema)));
  }

  private static JsonNode answer(String content) {
    JsonNode answer =
        tree(
            "{\"id\":\"1\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                + "{\"role\":\"assistant\"}}],"
                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}");
    ((ObjectNode) answer.at("/choices/0/message")).put("content", content);
    return answer;
  }

  @Test
  void shouldAskForTheSchemaInWordsBehindTheCallersInstructions() {
    JsonNode first = of(SCHEMA).first();

    assertThat(first.at("/response_format/type").asText()).isEqualTo("json_object");
    assertThat(first.has("stream")).isFalse();
    assertThat(first.path("x_unknown").asInt()).isEqualTo(1);
    assertThat(first.at("/messages/0/content").asText()).isEqualTo("s");
    assertThat(first.at("/messages/1/role").asText()).isEqualTo("system");
    assertThat(first.at("/messages/1/content").asText()).contains(SCHEMA);
  }

  @Test
  void shouldTakeWhatFitsOutOfItsWrapping() {
    Verdict verdict = of(SCHEMA).judge(answer("Here:\n```json\n{\"age\": 7}\n```"));

    assertThat(verdict).isInstanceOf(Verdict.Done.class);
    JsonNode done = ((Verdict.Done) verdict).answer();
    assertThat(done.at("/choices/0/message/content").asText()).isEqualTo("{\"age\": 7}");
  }

  @Test
  void shouldSendBackWhatIsWrongAndAddUpEveryTry() {
    StructuredOutput output = of(SCHEMA);

    Verdict again = output.judge(answer("{\"age\":\"seven\"}"));

    assertThat(again).isInstanceOf(Verdict.Again.class);
    JsonNode messages = ((Verdict.Again) again).call().path("messages");
    assertThat(messages).hasSize(5);
    assertThat(messages.get(3).path("content").asText()).isEqualTo("{\"age\":\"seven\"}");
    assertThat(messages.get(4).path("content").asText()).contains("age").contains("integer");
    Verdict done = output.judge(answer("{\"age\":7}"));
    assertThat(((Verdict.Done) done).answer().at("/usage/prompt_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void shouldGiveUpAfterABoundedNumberOfTries() {
    StructuredOutput output = of(SCHEMA);
    for (int i = 1; i < StructuredOutput.TRIES; i++) {
      assertThat(output.judge(answer("no"))).isInstanceOf(Verdict.Again.class);
    }

    assertThat(output.judge(answer("no"))).isInstanceOf(Verdict.Failed.class);
  }

  @Test
  void shouldLeaveToolCallsAndCutAnswersAlone() {
    JsonNode tools =
        tree(
            "{\"choices\":[{\"finish_reason\":\"tool_calls\",\"message\":{\"content\":\"wait\","
                + "\"tool_calls\":[{\"id\":\"1\"}]}}]}");
    JsonNode cut = tree(answer("{\"ag").toString().replace("stop", "length"));

    assertThat(of(SCHEMA).judge(tools)).isEqualTo(new Verdict.Done(tools.deepCopy()));
    assertThat(of(SCHEMA).judge(cut)).isInstanceOf(Verdict.Done.class);
  }

  @Test
  void shouldFetchNothingThatASchemaRefersTo() {
    assertThatThrownBy(() -> of("{\"$ref\":\"http://127.0.0.1:1/schema\"}"))
        .isInstanceOf(GatewayException.class);
    assertThat(
            of("{\"$schema\":\"http://127.0.0.1:1/s\",\"$id\":\"http://127.0.0.1:1/i\","
                    + "\"type\":\"object\"}")
                .judge(answer("{}")))
        .isInstanceOf(Verdict.Done.class);
  }

  @Test
  void shouldEndWithASchemaThatDoesNot() {
    assertThatThrownBy(() -> of("{\"$ref\":\"#\"}").judge(answer("{}")))
        .isInstanceOf(GatewayException.class);
    assertThat(
            of("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\","
                    + "\"pattern\":\"^(a+)+$\"}}}")
                .judge(answer("{\"a\":\"" + "a".repeat(60) + "!\"}")))
        .isInstanceOf(Verdict.Done.class);
  }

  @Test
  void shouldMindOnlyCallsWithASchema() {
    assertThat(StructuredOutput.of(tree("{\"messages\":[]}"))).isNull();
    assertThat(
            StructuredOutput.of(
                tree("{\"messages\":[],\"response_format\":{\"type\":\"json_object\"}}")))
        .isNull();
  }
}

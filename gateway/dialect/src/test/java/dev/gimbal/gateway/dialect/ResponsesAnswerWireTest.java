package dev.gimbal.gateway.dialect;

import static dev.gimbal.gateway.dialect.ResponsesWire.DIALECT;
import static dev.gimbal.gateway.dialect.ResponsesWire.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole answers and errors as OpenAI's Responses gives them.
final class ResponsesAnswerWireTest {
  private static final Stop END = Stop.of(Stop.Reason.END);

  @Test
  void shouldReadAnAnswerWithThoughtsTextAndTools() {
    ModelAnswer read =
        DIALECT.readAnswer(
            Samples.tree(
                """
                {"id":"resp_0f35","object":"response","created_at":1765591383,
                 "status":"completed","background":false,"error":null,"incomplete_details":null,
                 "model":"gpt-5-mini-2025-08-07","output":[
                  {"id":"rs_0f35","type":"reasoning","encrypted_content":"gAAAAABpPMlcH0HHEv5_",
                   "summary":[{"type":"summary_text","text":"**Adding**"},
                              {"type":"summary_text","text":"**Reporting**"}]},
                  {"id":"ws_1","type":"web_search_call","status":"completed"},
                  {"id":"msg_0f35","type":"message","status":"completed","content":[
                    {"type":"output_text","annotations":[],"logprobs":[],"text":"12 + 7 = 19"},
                    {"type":"output_text","annotations":[],"logprobs":[],"text":""}],
                   "role":"assistant"},
                  {"id":"fc_0f35","type":"function_call","status":"completed",
                   "arguments":"{\\"b\\":1,\\"a\\": 2}","call_id":"call_2FQ","name":"add"}],
                 "store":false,"usage":{"input_tokens":865,
                  "input_tokens_details":{"cached_tokens":512,"cache_write_tokens":100},
                  "output_tokens":163,"output_tokens_details":{"reasoning_tokens":128},
                  "total_tokens":1028},"user":null,"metadata":{}}"""));

    assertThat(read)
        .isEqualTo(
            new ModelAnswer(
                "resp_0f35",
                "gpt-5-mini-2025-08-07",
                1765591383L,
                List.of(
                    new Part.Thinking("**Adding**", null),
                    new Part.Thinking("**Reporting**", null),
                    new Part.HiddenThinking("rs_0f35", "gAAAAABpPMlcH0HHEv5_"),
                    new Part.Text("12 + 7 = 19"),
                    new Part.ToolCall("call_2FQ", "add", "{\"b\":1,\"a\": 2}", null, null)),
                Stop.of(Stop.Reason.TOOL_CALLS),
                new TokenCount(253L, 512L, 100L, 163L, 128L)));
  }

  @Test
  void shouldReadThoughtsThatAnOpenModelShows() {
    assertThat(
            parts(
                """
                {"type":"reasoning","id":"rs_1","summary":[],"status":null,
                 "content":[{"type":"reasoning_text","text":"Hm."}],"encrypted_content":null}"""))
        .containsExactly(new Part.Thinking("Hm.", null));
  }

  private static List<Part> parts(String item) {
    return DIALECT.readAnswer(Samples.tree("{\"output\":[" + item + "]}")).parts();
  }

  @ParameterizedTest
  @CsvSource({
    "completed,,END",
    "incomplete,max_output_tokens,LENGTH",
    "incomplete,content_filter,FILTERED",
    "incomplete,pause_turn,PAUSED",
    "incomplete,something_new,LENGTH"
  })
  void shouldReadWhyItEnded(String status, @Nullable String reason, Stop.Reason stop) {
    String details = reason == null ? "null" : "{\"reason\":\"" + reason + "\"}";

    ModelAnswer read =
        DIALECT.readAnswer(
            Samples.tree(
                "{\"status\":\"%s\",\"incomplete_details\":%s,\"output\":[]}"
                    .formatted(status, details)));

    assertThat(read.stop()).isEqualTo(Stop.of(stop));
    assertThat(read.usage()).isNull();
  }

  @Test
  void shouldReadARefusalAsOne() {
    ModelAnswer read =
        DIALECT.readAnswer(
            Samples.tree(
                """
                {"status":"completed","output":[{"type":"message","role":"assistant","content":[
                  {"type":"refusal","refusal":"I'm sorry, I cannot help."}]}]}"""));

    assertThat(read.parts()).containsExactly(new Part.Refusal("I'm sorry, I cannot help."));
    assertThat(read.stop()).isEqualTo(Stop.of(Stop.Reason.REFUSED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          error | {"status":"failed","error":{"code":"server_error","message":"x"},"output":[]}
          status | {"status":"queued","output":[]}
          output | {"choices":[]}
          """)
  void shouldRefuseWhatIsNoAnswer(String field, String body) {
    assertThatExceptionOfType(DialectException.class)
        .isThrownBy(() -> DIALECT.readAnswer(Samples.tree(body)))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void shouldWriteAnAnswerAsTheVendorDocumentsIt() {
    ModelAnswer answer =
        new ModelAnswer(
            "msg_01ABC",
            "some-model",
            1_760_000_000L,
            List.of(
                new Part.Thinking("Hm.", null),
                new Part.HiddenThinking("rs_9", "gAAAAABp"),
                new Part.Text("I look."),
                new Part.ToolCall("call_1", "clock", "{\"b\":1, \"a\":2}", null, null)),
            Stop.of(Stop.Reason.TOOL_CALLS),
            new TokenCount(100L, 40L, 10L, 25L, null));

    assertThat(DIALECT.writeAnswer(answer))
        .hasToString(
            """
            {"id":"resp_msg_01ABC","object":"response","created_at":1760000000,\
            "status":"completed","error":null,"incomplete_details":null,"model":"some-model",\
            "output":[{"type":"reasoning","id":"rs_9","summary":[{"type":"summary_text",\
            "text":"Hm."}],"encrypted_content":"gAAAAABp"},{"type":"message",\
            "id":"msg_msg_01ABC_1","status":"completed","role":"assistant","content":[{\
            "type":"output_text","text":"I look.","annotations":[],"logprobs":[]}]},{\
            "type":"function_call","id":"fc_msg_01ABC_2","status":"completed",\
            "call_id":"call_1","name":"clock","arguments":"{\\"b\\":1, \\"a\\":2}"}],\
            "usage":{"input_tokens":150,"input_tokens_details":{"cached_tokens":40,\
            "cache_write_tokens":10},"output_tokens":25,"total_tokens":175}}""");
  }

  @ParameterizedTest
  @CsvSource({
    "END,completed,,completed",
    "STOP_SEQUENCE,completed,,completed",
    "LENGTH,incomplete,max_output_tokens,incomplete",
    "FILTERED,incomplete,content_filter,incomplete",
    "REFUSED,incomplete,content_filter,incomplete",
    "PAUSED,incomplete,pause_turn,incomplete"
  })
  void shouldWriteWhyItEnded(
      Stop.Reason stop, String status, @Nullable String reason, String itemStatus) {
    JsonNode written = DIALECT.writeAnswer(answer(List.of(new Part.Text("Nine")), Stop.of(stop)));

    assertThat(written.path("status").asText()).isEqualTo(status);
    assertThat(written.path("incomplete_details").path("reason").asText(null)).isEqualTo(reason);
    assertThat(written.path("output").path(0).path("status").asText()).isEqualTo(itemStatus);
    assertThat(written.has("usage")).isFalse();
  }

  @Test
  void shouldKeepEveryKindOfThought() {
    ModelAnswer answer =
        answer(
            List.of(
                new Part.Thinking("in the open", null),
                new Part.Thinking("signed", "EqQBCgIYAg=="),
                new Part.Thinking("", "EqQBsignature-only"),
                new Part.HiddenThinking("rs_1", "gAAAAABp"),
                new Part.Text("Nine"),
                new Part.ToolCall("call_1", "clock", "{}", "Cs8BthoughtSignature", null)),
            Stop.of(Stop.Reason.TOOL_CALLS));

    assertThat(DIALECT.readAnswer(DIALECT.writeAnswer(answer))).isEqualTo(answer);
  }

  @Test
  void shouldKeepARefusal() {
    ModelAnswer answer = answer(List.of(new Part.Refusal("No.")), Stop.of(Stop.Reason.REFUSED));

    assertThat(DIALECT.readAnswer(DIALECT.writeAnswer(answer))).isEqualTo(answer);
  }

  @Test
  void shouldGiveTheSameIdToTheSameAnswerWhereTheProviderGaveNone() {
    String first = id("Nine");

    assertThat(first).startsWith("resp_").isEqualTo(id("Nine")).isNotEqualTo(id("Ten"));
  }

  private static String id(String text) {
    ModelAnswer answer =
        new ModelAnswer(null, "some-model", null, List.of(new Part.Text(text)), END, null);
    return DIALECT.writeAnswer(answer).path("id").asText();
  }

  @Test
  void shouldReadTheErrorOfAWrongKey() {
    ModelError read =
        DIALECT.readError(
            401,
            Samples.tree(
                """
                {"error":{"message":"Incorrect API key provided: abc.",
                 "type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"""));

    assertThat(read)
        .isEqualTo(
            new ModelError(
                401,
                ModelError.Kind.AUTHENTICATION,
                "Incorrect API key provided: abc.",
                "invalid_api_key",
                null));
  }

  @Test
  void shouldReadAnErrorUnderStatus200ByItsCode() {
    ModelError read =
        DIALECT.readError(
            200,
            Samples.tree(
                "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down.\"}}"));

    assertThat(read.status()).isEqualTo(429);
    assertThat(read.kind()).isEqualTo(ModelError.Kind.RATE_LIMITED);
  }

  @Test
  void shouldWriteAnErrorAsTheVendorDoes() {
    ModelError error =
        new ModelError(
            400, ModelError.Kind.INVALID_REQUEST, "Unknown parameter.", "unknown", "input[0].x");

    assertThat(DIALECT.writeError(error))
        .hasToString(
            """
            {"error":{"message":"Unknown parameter.","type":"invalid_request_error",\
            "param":"input[0].x","code":"unknown"}}""");
  }

  @Test
  void shouldRepeatTheCallsOwnFields() {
    JsonNode call =
        Samples.tree(
            """
            {"model":"m","input":"secret","instructions":"be brief","temperature":0.5,"store":true,
             "tools":[{"type":"function","name":"clock","parameters":{}}],"tool_choice":"required"}
            """);
    ModelAnswer answer =
        new ModelAnswer("1", "m", 1L, List.of(new Part.Text("Hi")), Stop.of(Stop.Reason.END), null);

    JsonNode written = ResponsesDialect.answering(call).writeAnswer(answer);

    assertThat(written.path("instructions").asText()).isEqualTo("be brief");
    assertThat(written.at("/tools/0/name").asText()).isEqualTo("clock");
    assertThat(written.path("tool_choice").asText()).isEqualTo("required");
    assertThat(written.path("parallel_tool_calls").asBoolean()).isTrue();
    assertThat(written.path("store").asBoolean()).as("nothing is kept").isFalse();
    assertThat(written.has("input")).isFalse();
    assertThat(written.toString()).doesNotContain("secret");
  }

  @Test
  void shouldRepeatThemAtBothEndsOfAStream() {
    StreamWriter writer =
        ResponsesDialect.answering(Samples.tree("{\"model\":\"m\",\"instructions\":\"be brief\"}"))
            .streamWriter(new StreamForm("1", 1, true, false));
    StringBuilder out = new StringBuilder();
    AnswerEvent.of(
            new ModelAnswer(
                "1", "m", 1L, List.of(new Part.Text("Hi")), Stop.of(Stop.Reason.END), null))
        .forEach(event -> writer.write(event, out));

    assertThat(out.toString().split("be brief", -1)).hasSize(4);
  }

  @Test
  void shouldSayWhatTheCallLeftOpenAsTheVendorDoes() {
    JsonNode call =
        Samples.tree("{\"model\":\"m\",\"text\":{\"verbosity\":\"low\"},\"temperature\":null}");
    ModelAnswer answer =
        new ModelAnswer("1", "m", 1L, List.of(new Part.Text("Hi")), Stop.of(Stop.Reason.END), null);

    JsonNode written = ResponsesDialect.answering(call).writeAnswer(answer);

    assertThat(written.get("text"))
        .isEqualTo(Samples.tree("{\"format\":{\"type\":\"text\"},\"verbosity\":\"low\"}"));
    assertThat(written.get("reasoning"))
        .isEqualTo(Samples.tree("{\"effort\":null,\"summary\":null}"));
    assertThat(written.get("truncation").asText()).isEqualTo("disabled");
    for (String open : List.of("temperature", "top_p", "previous_response_id", "user")) {
      assertThat(written.has(open)).as(open).isTrue();
      assertThat(written.get(open).isNull()).as(open).isTrue();
    }
  }
}

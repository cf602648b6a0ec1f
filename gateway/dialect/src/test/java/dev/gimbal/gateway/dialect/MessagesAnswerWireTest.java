package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.platform.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bytes of Anthropic's answers and errors, in the shapes that its documentation shows.
final class MessagesAnswerWireTest {
  private static final MessagesDialect DIALECT = new MessagesDialect();

  @Test
  void shouldReadAnAnswerThatThoughtAndCallsTools() {
    ModelAnswer answer =
        DIALECT.readAnswer(
            Samples.tree(
                """
                {"id":"msg_01XFD","type":"message","role":"assistant","model":"claude-opus-5",
                 "content":[{"type":"thinking","thinking":"","signature":"EqQB"},
                   {"type":"redacted_thinking","data":"EmwK"},
                   {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},
                   {"type":"text","text":"I look.","citations":null},
                   {"type":"tool_use","id":"toolu_01","name":"clock","input":{"zone":"Lyon","n":{"b":1,"a":2}},
                    "caller":{"type":"direct"}}],
                 "stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null,
                 "usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":4000,
                   "cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":0},
                   "output_tokens":89,"output_tokens_details":{"thinking_tokens":40},
                   "service_tier":"standard","inference_geo":"global","server_tool_use":null}}
                """));

    assertThat(answer)
        .isEqualTo(
            new ModelAnswer(
                "msg_01XFD",
                "claude-opus-5",
                null,
                List.of(
                    new Part.Thinking("", "EqQB"),
                    new Part.HiddenThinking(null, "EmwK"),
                    new Part.Text("I look."),
                    new Part.ToolCall(
                        "toolu_01",
                        "clock",
                        "{\"zone\":\"Lyon\",\"n\":{\"b\":1,\"a\":2}}",
                        null,
                        null)),
                Stop.of(Stop.Reason.TOOL_CALLS),
                new TokenCount(12L, 4_000L, 300L, 89L, 40L)));
  }

  @Test
  void shouldWriteAnAnswerInTheVendorsShape() {
    ModelAnswer answer =
        new ModelAnswer(
            "chatcmpl-1",
            "m",
            17L,
            List.of(
                new Part.Thinking("So.", null),
                new Part.HiddenThinking("rs_1", "gAAA"),
                new Part.ToolCall("call_1", "clock", "{\"b\":1.50,\"a\":1}", null, null),
                new Part.ToolCall("call_2", "clock", "{\"b\":", null, null)),
            Stop.of(Stop.Reason.TOOL_CALLS),
            new TokenCount(10L, 5L, null, 7L, null));

    ObjectNode written = DIALECT.writeAnswer(answer);

    assertThat(Json.write(written))
        .isEqualTo(
            "{\"id\":\"chatcmpl-1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"So.\",\"signature\":\"\"},"
                + "{\"type\":\"redacted_thinking\",\"data\":\"gimbal:rs_1:gAAA\"},"
                + "{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"clock\","
                + "\"input\":{\"b\":1.50,\"a\":1}},"
                + "{\"type\":\"tool_use\",\"id\":\"call_2\",\"name\":\"clock\","
                + "\"input\":\"{\\\"b\\\":\"}],"
                + "\"stop_reason\":\"tool_use\",\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":5,"
                + "\"output_tokens\":7}}");
    assertThat(DIALECT.readAnswer(written).parts().subList(0, 2))
        .isEqualTo(answer.parts().subList(0, 2));
  }

  /// Wire case 3.
  @Test
  void shouldInventNoUsage() {
    ModelAnswer answer =
        new ModelAnswer(
            null, "m", null, List.of(new Part.Text("a")), Stop.of(Stop.Reason.END), null);

    assertThat(DIALECT.writeAnswer(answer).get("usage"))
        .isEqualTo(Samples.tree("{\"input_tokens\":null,\"output_tokens\":null}"));
    assertThat(
            DIALECT
                .readAnswer(
                    Samples.tree(
                        "{\"content\":[],\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}"))
                .usage())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn,END", "max_tokens,LENGTH", "stop_sequence,STOP_SEQUENCE", "tool_use,TOOL_CALLS",
    "pause_turn,PAUSED", "refusal,REFUSED", "model_context_window_exceeded,LENGTH", "new_one,END"
  })
  void shouldReadEachReasonToStop(String reason, Stop.Reason expected) {
    Stop stop =
        DIALECT
            .readAnswer(
                Samples.tree(
                    "{\"content\":[],\"stop_sequence\":\"END\",\"stop_reason\":\"%s\"}"
                        .formatted(reason)))
            .stop();

    assertThat(stop)
        .isEqualTo(new Stop(expected, expected == Stop.Reason.STOP_SEQUENCE ? "END" : null));
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,INVALID_REQUEST",
    "401,authentication_error,AUTHENTICATION",
    "402,billing_error,PERMISSION",
    "403,permission_error,PERMISSION",
    "404,not_found_error,NOT_FOUND",
    "409,conflict_error,INVALID_REQUEST",
    "413,request_too_large,TOO_LARGE",
    "429,rate_limit_error,RATE_LIMITED",
    "500,api_error,SERVER",
    "504,timeout_error,TIMEOUT",
    "529,overloaded_error,OVERLOADED",
    "418,new_error,INVALID_REQUEST"
  })
  void shouldReadEachError(int status, String type, ModelError.Kind kind) {
    ModelError error =
        DIALECT.readError(
            status,
            Samples.tree(
                """
                {"type":"error","error":{"type":"%s","message":"No."},"request_id":"req_1"}
                """
                    .formatted(type)));

    assertThat(error.status()).isEqualTo(status);
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.message()).isEqualTo("No.");
    if (!type.equals("new_error")) {
      assertThat(DIALECT.writeError(error).at("/error/type").textValue()).isEqualTo(type);
    }
  }

  @Test
  void shouldNameTheFieldInTheMessageOfAnError() {
    ModelError error =
        new ModelError(
            400, ModelError.Kind.INVALID_REQUEST, "must be a number", "param_invalid", "top_p");

    assertThat(Json.write(DIALECT.writeError(error)))
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                + "\"message\":\"top_p: must be a number\"}}");
  }

  @Test
  void shouldReadAProxysErrors() {
    assertThat(DIALECT.readError(502, Samples.tree("{\"error\":\"bad gateway\"}")).message())
        .isEqualTo("bad gateway");
    assertThat(DIALECT.readError(503, Samples.tree("[]")).message())
        .isEqualTo("The provider answered with status 503.");
  }

  @Test
  void shouldKeepWhatTheVendorSaysOfItsRefusal() {
    ModelAnswer answer =
        DIALECT.readAnswer(
            Samples.tree(
                """
                {"content":[],"stop_reason":"refusal",
                 "stop_details":{"type":"refusal","category":"bio","explanation":"Not that."}}
                """));

    assertThat(answer.parts()).containsExactly(new Part.Refusal("Not that."));
    assertThat(answer.stop()).isEqualTo(Stop.of(Stop.Reason.REFUSED));
  }

  /// OpenAI says `stop` where a tool was forced by its name.
  @Test
  void shouldSayThatItStoppedForAToolWhereTheProviderDidNot() {
    ModelAnswer answer =
        new ModelAnswer(
            "1",
            "m",
            null,
            List.of(new Part.ToolCall("1", "f", "{}", null, null)),
            Stop.of(Stop.Reason.END),
            null);

    assertThat(DIALECT.writeAnswer(answer).path("stop_reason").textValue()).isEqualTo("tool_use");
  }
}

package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Streams of Anthropic's Messages, event by event.
final class MessagesStreamWireTest {
  private static final MessagesDialect DIALECT = new MessagesDialect();

  private static List<AnswerEvent> read(String... data) {
    List<AnswerEvent> events = new ArrayList<>();
    StreamReader reader = DIALECT.streamReader();
    for (String one : data) {
      reader.event(null, one, events::add);
    }
    reader.end(events::add);
    return events;
  }

  private static String write(AnswerEvent... events) {
    StringBuilder out = new StringBuilder();
    StreamWriter writer = DIALECT.streamWriter(new StreamForm("msg_1", 1L, false, false));
    for (AnswerEvent event : events) {
      writer.write(event, out);
    }
    return out.toString();
  }

  private static String start(String usage) {
    return """
        {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant",\
        "model":"claude-opus-5","content":[],"stop_reason":null,"stop_sequence":null,\
        "stop_details":null,"usage":%s}}"""
        .formatted(usage);
  }

  private static String block(int index, String content) {
    return "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":%s}"
        .formatted(index, content);
  }

  private static String delta(int index, String delta) {
    return "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":%s}".formatted(index, delta);
  }

  private static String stop(int index) {
    return "{\"type\":\"content_block_stop\",\"index\":%d}".formatted(index);
  }

  @Test
  void shouldReadAStreamWithThinkingAndTools() {
    List<AnswerEvent> events =
        read(
            start(
                """
                {"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":4000,\
                "output_tokens":1,"service_tier":"standard"}"""),
            block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
            "{\"type\": \"ping\"}",
            delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"So\"}"),
            delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\".\"}"),
            delta(0, "{\"type\":\"signature_delta\",\"signature\":\"EqQB\"}"),
            stop(0),
            block(1, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
            delta(1, "{\"type\":\"signature_delta\",\"signature\":\"EqQC\"}"),
            stop(1),
            block(2, "{\"type\":\"redacted_thinking\",\"data\":\"EmwK\"}"),
            stop(2),
            block(3, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"w\",\"input\":{}}"),
            delta(3, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
            stop(3),
            block(4, "{\"type\":\"text\",\"text\":\"\"}"),
            delta(4, "{\"type\":\"text_delta\",\"text\":\"九\"}"),
            delta(4, "{\"type\":\"citations_delta\",\"citation\":{}}"),
            delta(4, "{\"type\":\"newer_delta\"}"),
            stop(4),
            block(5, "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}"),
            delta(5, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
            delta(5, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}"),
            delta(5, "{\"type\":\"input_json_delta\",\"partial_json\":\": 1.50}\"}"),
            stop(5),
            block(
                6, "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"g\",\"input\":{\"b\":2}}"),
            stop(6),
            "{\"type\":\"newer_event\"}",
            """
            {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
            "usage":{"output_tokens":89,"output_tokens_details":{"thinking_tokens":40}}}""",
            "{\"type\":\"message_stop\"}",
            delta(5, "{\"type\":\"text_delta\",\"text\":\"late\"}"));

    assertThat(events)
        .containsExactly(
            new AnswerEvent.Started("msg_01", "claude-opus-5", null),
            new AnswerEvent.Counted(new TokenCount(12L, 4_000L, 0L, null, null)),
            new AnswerEvent.ThinkingPiece(0, "So"),
            new AnswerEvent.ThinkingPiece(0, "."),
            new AnswerEvent.ThinkingSigned(0, "EqQB"),
            new AnswerEvent.ThinkingSigned(1, "EqQC"),
            new AnswerEvent.HiddenThinking(2, null, "EmwK"),
            new AnswerEvent.TextPiece(3, "九"),
            new AnswerEvent.ToolStarted(4, "toolu_1", "f", null),
            new AnswerEvent.ToolPiece(4, "{\"a\""),
            new AnswerEvent.ToolPiece(4, ": 1.50}"),
            new AnswerEvent.ToolStarted(5, "toolu_2", "g", null),
            new AnswerEvent.ToolPiece(5, "{\"b\":2}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Counted(new TokenCount(null, null, null, 89L, 40L)),
            new AnswerEvent.Ended());
  }

  /// Wire case 12.
  @Test
  void shouldMakeAnErrorWithinTheStreamAFailure() {
    List<AnswerEvent> events =
        read(
            start("{\"input_tokens\":12,\"output_tokens\":1}"),
            """
            {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},\
            "request_id":"req_1"}""",
            "{\"type\":\"message_stop\"}");

    assertThat(events)
        .endsWith(
            new AnswerEvent.Failed(
                new ModelError(529, ModelError.Kind.OVERLOADED, "Overloaded", null, null)))
        .hasSize(3);
  }

  /// Wire case 11.
  @Test
  void shouldMakeAnErrorInAnotherDialectAFailure() {
    assertThat(read("{\"error\":{\"message\":\"Quota\",\"type\":\"rate_limit_error\"}}"))
        .containsExactly(
            new AnswerEvent.Failed(
                new ModelError(429, ModelError.Kind.RATE_LIMITED, "Quota", null, null)));
  }

  @Test
  void shouldTakeAStreamForWholeThatLacksItsLastEventOnly() {
    String begin = start("{\"input_tokens\":0,\"output_tokens\":0}");
    String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}";

    assertThat(read(begin, end, "[DONE]"))
        .containsExactly(
            new AnswerEvent.Started("msg_01", "claude-opus-5", null),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
            new AnswerEvent.Ended());
    assertThat(read(begin)).last().isInstanceOf(AnswerEvent.Failed.class);
  }

  @Test
  void shouldKeepWhatTheVendorSaysOfItsRefusal() {
    assertThat(
            read(
                start("{\"input_tokens\":3,\"output_tokens\":1}"),
                """
                {"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null,\
                "stop_details":{"type":"refusal","category":"cyber","explanation":"Not that."}},\
                "usage":{"output_tokens":4}}"""))
        .containsSubsequence(
            new AnswerEvent.RefusalPiece(0, "Not that."),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.REFUSED)),
            new AnswerEvent.Ended());
  }

  @Test
  void shouldRefuseAnEventThatIsNoObject() {
    assertThatThrownBy(() -> read("<html>"))
        .isInstanceOf(DialectException.class)
        .hasMessageNotContaining("html");
  }

  @Test
  void shouldWriteAStreamWithThinkingAndTools() {
    String stream =
        write(
            new AnswerEvent.Started("chatcmpl-1", "m", 17L),
            new AnswerEvent.ThinkingPiece(0, "So\n"),
            new AnswerEvent.ThinkingSigned(0, "sig"),
            new AnswerEvent.HiddenThinking(1, "rs_1", "gAAA"),
            new AnswerEvent.TextPiece(2, "\"九\"\u0001"),
            new AnswerEvent.ToolStarted(3, "call_1", "f", null),
            new AnswerEvent.ToolPiece(3, ""),
            new AnswerEvent.ToolPiece(3, "{\"a\":1}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Counted(new TokenCount(10L, 4L, null, 7L, null)),
            new AnswerEvent.Ended());

    assertThat(stream)
        .isEqualTo(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"chatcmpl-1","type":"message",\
            "role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,\
            "usage":{"input_tokens":0,"output_tokens":0}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking",\
            "thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",\
            "thinking":"So\\n"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta",\
            "signature":"sig"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":\
            {"type":"redacted_thinking","data":"gimbal:rs_1:gAAA"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta",\
            "text":"\\"九\\"\\u0001"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: content_block_start
            data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use",\
            "id":"call_1","name":"f","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta",\
            "partial_json":"{\\"a\\":1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":3}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
            "usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}

            """);
  }

  /// Wire case 3.
  @Test
  void shouldSayNullForAUsageThatNobodyCounted() {
    String stream =
        write(
            new AnswerEvent.Started(null, "m", null),
            new AnswerEvent.TextPiece(0, "a"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.LENGTH)),
            new AnswerEvent.Ended());

    assertThat(stream)
        .contains("\"id\":\"msg_1\"")
        .contains(
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\","
                + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":null}}");
  }

  /// Wire case 12: no message_stop behind an error, or clients take the answer for whole.
  @Test
  void shouldEndWithTheErrorAlone() {
    ModelError error = new ModelError(502, ModelError.Kind.SERVER, "Broke off.", null, null);

    assertThat(
            write(
                new AnswerEvent.Started("1", "m", null),
                new AnswerEvent.TextPiece(0, "a"),
                new AnswerEvent.Failed(error)))
        .endsWith(
            "\"text\":\"a\"}}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":"
                + "{\"type\":\"api_error\",\"message\":\"Broke off.\"}}\n\n")
        .doesNotContain("message_stop");
  }

  @Test
  void shouldCallARefusalOne() {
    assertThat(
            write(
                new AnswerEvent.Started("1", "m", null),
                new AnswerEvent.RefusalPiece(0, "No."),
                new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
                new AnswerEvent.Ended()))
        .contains("{\"type\":\"text_delta\",\"text\":\"No.\"}")
        .contains("\"stop_reason\":\"refusal\"");
  }

  @Test
  void shouldRefuseAPieceOfAPartThatWasClosed() {
    assertThatThrownBy(
            () ->
                write(
                    new AnswerEvent.Started("1", "m", null),
                    new AnswerEvent.ToolStarted(0, "1", "f", null),
                    new AnswerEvent.ToolStarted(1, "2", "f", null),
                    new AnswerEvent.ToolPiece(0, "{}")))
        .isInstanceOf(DialectException.class);
  }
}

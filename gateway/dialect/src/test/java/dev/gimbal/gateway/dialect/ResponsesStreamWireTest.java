package dev.gimbal.gateway.dialect;

import static dev.gimbal.gateway.dialect.ResponsesWire.again;
import static dev.gimbal.gateway.dialect.ResponsesWire.collected;
import static dev.gimbal.gateway.dialect.ResponsesWire.data;
import static dev.gimbal.gateway.dialect.ResponsesWire.read;
import static dev.gimbal.gateway.dialect.ResponsesWire.started;
import static dev.gimbal.gateway.dialect.ResponsesWire.stopped;
import static dev.gimbal.gateway.dialect.ResponsesWire.types;
import static dev.gimbal.gateway.dialect.ResponsesWire.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Streams as OpenAI's Responses sends them and as its documentation shows them.
final class ResponsesStreamWireTest {
  private static final AnswerEvent ENDED = new AnswerEvent.Ended();
  private static final String CREATED =
      """
      {"type":"response.created","sequence_number":0,"response":{"id":"resp_1",\
      "object":"response","created_at":1741290958,"status":"in_progress","error":null,\
      "model":"gpt-5.4","output":[],"usage":null}}
      """;
  private static final AnswerEvent STARTED =
      new AnswerEvent.Started("resp_1", "gpt-5.4", 1741290958L);
  private static final String COMPLETED =
      """
      {"type":"response.completed","response":{"id":"resp_1","created_at":1741290958,\
      "status":"completed","model":"gpt-5.4","output":[],"usage":{"input_tokens":37,\
      "output_tokens":11,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":48}}}
      """;
  private static final AnswerEvent COUNTED =
      new AnswerEvent.Counted(new TokenCount(37L, null, null, 11L, 0L));

  @Test
  void shouldReadATextAsTheDocumentationShowsIt() {
    List<AnswerEvent> read =
        read(
            CREATED
                + """
                {"type":"response.in_progress","response":{"id":"resp_1","model":"gpt-5.4"}}
                {"type":"response.output_item.added","output_index":0,"item":{"id":"msg_67","type":"message","status":"in_progress","role":"assistant","content":[]}}
                {"type":"response.content_part.added","item_id":"msg_67","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}
                {"type":"response.output_text.delta","item_id":"msg_67","output_index":0,"content_index":0,"delta":"Hi","obfuscation":"H2d0mf8T"}
                {"type":"response.output_text.delta","item_id":"msg_67","output_index":0,"content_index":0,"delta":" there!"}
                {"type":"response.output_text.annotation.added","item_id":"msg_67","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation"}}
                {"type":"response.output_text.done","item_id":"msg_67","output_index":0,"content_index":0,"text":"Hi there!"}
                {"type":"response.content_part.done","item_id":"msg_67","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hi there!","annotations":[]}}
                {"type":"response.output_item.done","output_index":0,"item":{"id":"msg_67","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi there!","annotations":[]}]}}
                """
                + COMPLETED);

    assertThat(read)
        .containsExactly(
            STARTED,
            new AnswerEvent.TextPiece(0, "Hi"),
            new AnswerEvent.TextPiece(0, " there!"),
            COUNTED,
            stopped(Stop.Reason.END),
            ENDED);
  }

  @Test
  void shouldReadThoughtsAndParallelCalls() {
    List<AnswerEvent> read =
        read(
            CREATED
                + """
                {"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","encrypted_content":"gAAAhalf","summary":[]}}
                {"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}
                {"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"**Loo"}
                {"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"king**"}
                {"type":"response.reasoning_summary_text.done","item_id":"rs_1","output_index":0,"summary_index":0,"text":"**Looking**"}
                {"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","encrypted_content":"gAAAwhole","summary":[{"type":"summary_text","text":"**Looking**"}]}}
                {"type":"response.output_item.added","item":{"id":"fc_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_1","name":"get_weather"},"output_index":1}
                {"type":"response.output_item.added","item":{"id":"fc_2","type":"function_call","status":"in_progress","arguments":"","call_id":"call_2","name":"get_time"},"output_index":2}
                {"type":"response.function_call_arguments.delta","delta":"{\\"","item_id":"fc_1","output_index":1}
                {"type":"response.function_call_arguments.delta","delta":"{}","item_id":"fc_2","output_index":2}
                {"type":"response.function_call_arguments.delta","delta":"city\\":\\"北京\\"}","item_id":"fc_1","output_index":1}
                {"type":"response.function_call_arguments.done","arguments":"{\\"city\\":\\"北京\\"}","item_id":"fc_1","output_index":1}
                {"type":"response.output_item.done","item":{"id":"fc_1","type":"function_call","arguments":"{\\"city\\":\\"北京\\"}","call_id":"call_1","name":"get_weather"},"output_index":1}
                """
                + COMPLETED);

    assertThat(read)
        .containsExactly(
            STARTED,
            new AnswerEvent.ThinkingPiece(0, "**Loo"),
            new AnswerEvent.ThinkingPiece(0, "king**"),
            new AnswerEvent.HiddenThinking(1, "rs_1", "gAAAwhole"),
            new AnswerEvent.ToolStarted(2, "call_1", "get_weather", null),
            new AnswerEvent.ToolStarted(3, "call_2", "get_time", null),
            new AnswerEvent.ToolPiece(2, "{\""),
            new AnswerEvent.ToolPiece(3, "{}"),
            new AnswerEvent.ToolPiece(2, "city\":\"北京\"}"),
            COUNTED,
            stopped(Stop.Reason.TOOL_CALLS),
            ENDED);
  }

  @Test
  void shouldTakeFromTheWholeWhatNoPieceBrought() {
    List<AnswerEvent> read =
        read(
            """
            {"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f"}}
            {"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\\"a\\":1}"}
            {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Ni"}
            {"type":"response.output_text.done","output_index":1,"content_index":0,"text":"Nine"}
            {"type":"response.output_item.done","output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"Nine"},{"type":"output_text","text":"!"}]}}
            """
                + COMPLETED
                + "[DONE]");

    assertThat(read)
        .containsExactly(
            new AnswerEvent.Started(null, "", null),
            new AnswerEvent.ToolStarted(0, "call_1", "f", null),
            new AnswerEvent.ToolPiece(0, "{\"a\":1}"),
            new AnswerEvent.TextPiece(1, "Ni"),
            new AnswerEvent.TextPiece(1, "ne"),
            new AnswerEvent.TextPiece(2, "!"),
            COUNTED,
            stopped(Stop.Reason.TOOL_CALLS),
            ENDED);
  }

  @Test
  void shouldReadAnAnswerThatComesWholeInTheLastEvent() {
    List<AnswerEvent> read =
        read(
            """
            {"type":"response.completed","response":{"id":"resp_1","model":"m","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Nine"}]}]}}
            """);

    assertThat(read)
        .containsExactly(
            new AnswerEvent.Started("resp_1", "m", null),
            new AnswerEvent.TextPiece(0, "Nine"),
            stopped(Stop.Reason.END),
            ENDED);
  }

  @Test
  void shouldTellItemsApartThatAServerNumbersAlike() {
    List<AnswerEvent> read =
        read(
            CREATED
                + """
                {"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f"}}
                {"type":"response.function_call_arguments.delta","output_index":0,"delta":"{}"}
                {"type":"response.output_item.done","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}}
                {"type":"response.output_item.added","output_index":0,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"g"}}
                {"type":"response.function_call_arguments.delta","output_index":0,"delta":"[]"}
                """
                + COMPLETED);

    assertThat(collected(read).parts())
        .containsExactly(
            new Part.ToolCall("call_1", "f", "{}", null, null),
            new Part.ToolCall("call_2", "g", "[]", null, null));
  }

  @Test
  void shouldReadThatAnAnswerWasCutShort() {
    List<AnswerEvent> read =
        read(
            CREATED
                + """
                {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Ni"}
                {"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}}
                """);

    assertThat(read).endsWith(stopped(Stop.Reason.LENGTH), ENDED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"error","code":"ERR_SOMETHING","message":"No.","param":null,"sequence_number":1} | SERVER | 500
          {"type":"error","sequence_number":2,"error":{"type":"too_many_requests","code":"too_many_requests","message":"No.","param":null}} | RATE_LIMITED | 429
          {"type":"error","error":{"type":"service_unavailable_error","code":null,"message":"No.","param":null},"sequence_number":2} | OVERLOADED | 503
          {"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"No.","param":"input"}} | INVALID_REQUEST | 400
          {"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"No."}}} | RATE_LIMITED | 429
          {"error":{"message":"No.","type":"server_error"}} | SERVER | 500
          """)
  void shouldReadAnErrorInsideAStream(String event, ModelError.Kind kind, int status) {
    List<AnswerEvent> read = read(CREATED + event + "\n" + COMPLETED);

    assertThat(read).hasSize(2);
    assertThat(read.getLast())
        .isInstanceOfSatisfying(
            AnswerEvent.Failed.class,
            failed -> {
              assertThat(failed.error().kind()).isEqualTo(kind);
              assertThat(failed.error().status()).isEqualTo(status);
              assertThat(failed.error().message()).isEqualTo("No.");
            });
  }

  @Test
  void shouldSayThatAStreamWithoutItsLastEventBrokeOff() {
    String done =
        """
        {"type":"response.output_item.done","output_index":0,"item":{"type":"message",\
        "status":"completed","content":[{"type":"output_text","text":"Nine"}]}}
        """;

    assertThat(read(CREATED + done).getLast())
        .isEqualTo(
            new AnswerEvent.Failed(
                new ModelError(
                    500, ModelError.Kind.SERVER, "The provider's stream broke off.", null, null)));
  }

  @Test
  void shouldRefuseAnEventThatIsNoJson() {
    assertThatExceptionOfType(DialectException.class)
        .isThrownBy(() -> read("{\"type\":"))
        .satisfies(e -> assertThat(e.field()).isEqualTo("data"));
  }

  @Test
  void shouldWriteTheEventsOfATextThoughtsAndACall() {
    String stream =
        written(
            started("resp_1"),
            new AnswerEvent.ThinkingPiece(0, "Hm."),
            new AnswerEvent.TextPiece(1, "Ni"),
            new AnswerEvent.TextPiece(1, "ne"),
            new AnswerEvent.ToolStarted(2, "call_1", "clock", null),
            new AnswerEvent.ToolPiece(2, "{\"a\""),
            new AnswerEvent.ToolPiece(2, ":1}"),
            new AnswerEvent.Counted(new TokenCount(10L, null, null, 5L, null)),
            stopped(Stop.Reason.TOOL_CALLS),
            ENDED);

    assertThat(types(stream))
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed");
    List<JsonNode> data = data(stream);
    for (int i = 0; i < data.size(); i++) {
      assertThat(data.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
      assertThat(stream).contains("event: " + data.get(i).path("type").asText() + "\ndata: {");
    }
    assertThat(data.get(0))
        .hasToString(
            """
            {"type":"response.created","sequence_number":0,"response":{"id":"resp_1",\
            "object":"response","created_at":1760000000,"status":"in_progress","error":null,\
            "incomplete_details":null,"model":"some-model","output":[]}}""");
    assertThat(data.get(10))
        .hasToString(
            """
            {"type":"response.output_text.delta","sequence_number":10,"item_id":"msg_1_1",\
            "output_index":1,"content_index":0,"delta":"Ni","logprobs":[]}""");
    assertThat(data.get(18))
        .hasToString(
            """
            {"type":"response.function_call_arguments.done","sequence_number":18,\
            "item_id":"fc_1_2","output_index":2,"name":"clock","arguments":"{\\"a\\":1}"}""");
    assertThat(data.getLast().path("response"))
        .hasToString(
            """
            {"id":"resp_1","object":"response","created_at":1760000000,"status":"completed",\
            "error":null,"incomplete_details":null,"model":"some-model","output":[{\
            "type":"reasoning","id":"rs_1_0","summary":[{"type":"summary_text","text":"Hm."}]},{\
            "type":"message","id":"msg_1_1","status":"completed","role":"assistant","content":[{\
            "type":"output_text","text":"Nine","annotations":[],"logprobs":[]}]},{\
            "type":"function_call","id":"fc_1_2","status":"completed","call_id":"call_1",\
            "name":"clock","arguments":"{\\"a\\":1}"}],"usage":{"input_tokens":10,\
            "output_tokens":5,"total_tokens":15}}""");
  }

  @Test
  void shouldKeepEveryKindOfPart() {
    List<AnswerEvent> read =
        again(
            written(
                started(null),
                new AnswerEvent.ThinkingPiece(0, "in the open"),
                new AnswerEvent.ThinkingPiece(1, "signed"),
                new AnswerEvent.ThinkingSigned(1, "EqQBCgIYAg=="),
                new AnswerEvent.ThinkingSigned(2, "EqQBsignature-only"),
                new AnswerEvent.HiddenThinking(3, "rs_1", "gAAAAABp"),
                new AnswerEvent.TextPiece(4, "Nine"),
                new AnswerEvent.TextPiece(5, "Ten"),
                new AnswerEvent.RefusalPiece(6, "No."),
                new AnswerEvent.ToolStarted(7, "call_1", "clock", "Cs8BthoughtSignature"),
                new AnswerEvent.ToolStarted(8, "call_2", "clock", null),
                new AnswerEvent.ToolPiece(7, "{\"a\":1}"),
                new AnswerEvent.ToolPiece(8, "[]"),
                stopped(Stop.Reason.TOOL_CALLS),
                ENDED));

    ModelAnswer answer = collected(read);
    assertThat(answer.id()).isEqualTo("resp_call-7");
    assertThat(answer.parts())
        .containsExactly(
            new Part.Thinking("in the open", null),
            new Part.Thinking("signed", "EqQBCgIYAg=="),
            new Part.Thinking("", "EqQBsignature-only"),
            new Part.HiddenThinking("rs_1", "gAAAAABp"),
            new Part.Text("Nine"),
            new Part.Text("Ten"),
            new Part.Refusal("No."),
            new Part.ToolCall("call_1", "clock", "{\"a\":1}", "Cs8BthoughtSignature", null),
            new Part.ToolCall("call_2", "clock", "[]", null, null));
  }

  @Test
  void shouldHoldInItsLastEventWhatAWholeAnswerHolds() {
    for (ModelAnswer answer : Samples.answers()) {
      String stream = written(Samples.events(answer).toArray(AnswerEvent[]::new));

      assertThat(data(stream).getLast().path("response"))
          .isEqualTo(Samples.tree(ResponsesWire.DIALECT.writeAnswer(answer).toString()));
    }
  }

  @Test
  void shouldEndACutStreamAsIncomplete() {
    String stream =
        written(
            started("resp_1"),
            new AnswerEvent.TextPiece(0, "Ni"),
            stopped(Stop.Reason.LENGTH),
            ENDED,
            ENDED,
            new AnswerEvent.TextPiece(1, "late"));

    JsonNode last = data(stream).getLast();
    assertThat(types(stream))
        .containsOnlyOnce("response.incomplete")
        .endsWith("response.incomplete");
    assertThat(last.path("response").path("incomplete_details"))
        .hasToString("{\"reason\":\"max_output_tokens\"}");
    assertThat(last.path("response").path("output").path(0).path("status").asText())
        .isEqualTo("incomplete");
  }

  @Test
  void shouldCloseWhatBeginsBehindTheStop() {
    String stream =
        written(
            started("resp_1"),
            stopped(Stop.Reason.END),
            new AnswerEvent.TextPiece(0, "late"),
            ENDED);

    assertThat(types(stream)).endsWith("response.output_item.done", "response.completed");
    assertThat(collected(again(stream)).parts()).containsExactly(new Part.Text("late"));
  }

  @Test
  void shouldNotSayThatAToolCallIsDoneWhenTheStreamFails() {
    String stream =
        written(
            started("resp_1"),
            new AnswerEvent.ToolStarted(0, "call_1", "clock", null),
            new AnswerEvent.ToolPiece(0, "{\"a\""),
            new AnswerEvent.Failed(
                new ModelError(503, ModelError.Kind.OVERLOADED, "Too busy.", null, null)),
            ENDED);

    assertThat(types(stream))
        .endsWith("response.function_call_arguments.delta", "response.failed")
        .doesNotContain("response.output_item.done");
    JsonNode response = data(stream).getLast().path("response");
    assertThat(response.path("status").asText()).isEqualTo("failed");
    assertThat(response.path("error"))
        .hasToString("{\"code\":\"server_is_overloaded\",\"message\":\"Too busy.\"}");
    assertThat(response.path("output").path(0).path("status").asText()).isEqualTo("incomplete");
  }

  @Test
  void shouldWriteAnErrorEventWhereNoAnswerBegan() {
    String stream =
        written(
            new AnswerEvent.Failed(
                new ModelError(429, ModelError.Kind.RATE_LIMITED, "Slow down.", null, null)));

    assertThat(stream)
        .isEqualTo(
            """
            event: error
            data: {"type":"error","sequence_number":0,"code":"rate_limit_exceeded",\
            "message":"Slow down.","param":null}

            """);
  }

  @Test
  void shouldRefuseAPieceOfAPartThatHasEnded() {
    assertThatExceptionOfType(DialectException.class)
        .isThrownBy(
            () ->
                written(
                    started("resp_1"),
                    new AnswerEvent.TextPiece(0, "a"),
                    new AnswerEvent.HiddenThinking(1, null, "b"),
                    new AnswerEvent.TextPiece(0, "c")));
  }
}

package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.dialect.chat.ChatDialect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Streams in the shapes that the vendors' documentation and their servers show.
class ChatStreamWireTest {
  private final Dialect dialect = new ChatDialect();

  /// Row 1: what comes behind the end of the answer is heard.
  @Test
  void shouldReadTextAndTheUsageBehindItsEnd() {
    assertThat(
            read(
                """
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x1"}
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","choices":[{"index":0,"delta":{"content":"Ni"},"logprobs":null,"finish_reason":null}],"usage":null}
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","choices":[{"index":0,"delta":{"content":"ne"},"logprobs":null,"finish_reason":null}],"usage":null}
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}
                [DONE]
                """))
        .containsExactly(
            new AnswerEvent.Started("chatcmpl-1", "gpt-5", 1760000000L),
            new AnswerEvent.TextPiece(0, "Ni"),
            new AnswerEvent.TextPiece(0, "ne"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
            new AnswerEvent.Counted(new TokenCount(19L, 0L, null, 10L, 0L)),
            new AnswerEvent.Ended());
  }

  /// Row 4.
  @Test
  void shouldReadAllThatOneChunkSays() {
    assertThat(
            read(
                """
                {"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"hm","content":"Nine"},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}
                [DONE]
                """))
        .containsExactly(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ThinkingPiece(0, "hm"),
            new AnswerEvent.TextPiece(1, "Nine"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.LENGTH)),
            new AnswerEvent.Counted(new TokenCount(3L, null, null, 1L, null)),
            new AnswerEvent.Ended());
  }

  @Test
  void shouldReadParallelCalls() {
    assertThat(
            read(
                head("\"role\":\"assistant\",\"content\":\"I look.\"")
                    + call("\"index\":0,\"id\":\"call_a\",\"type\":\"function\"", "clock", "")
                    + piece(0, "{\\\"zone\\\":")
                    + piece(0, "\\\"Lyon\\\"}")
                    + call("\"index\":1,\"id\":\"call_b\",\"type\":\"function\"", "clock", "")
                    + piece(1, "{}")
                    + finish("tool_calls")
                    + "[DONE]"))
        .containsExactly(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.TextPiece(0, "I look."),
            new AnswerEvent.ToolStarted(1, "call_a", "clock", null),
            new AnswerEvent.ToolPiece(1, "{\"zone\":"),
            new AnswerEvent.ToolPiece(1, "\"Lyon\"}"),
            new AnswerEvent.ToolStarted(2, "call_b", "clock", null),
            new AnswerEvent.ToolPiece(2, "{}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Ended());
  }

  /// Row 6: servers that number every call 0, or none at all.
  @Test
  void shouldTellCallsApartByTheirIdsWhereTheirNumbersDoNot() {
    List<AnswerEvent> expected =
        List.of(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ToolStarted(0, "a", "clock", "CrIC"),
            new AnswerEvent.ToolPiece(0, "{\"z\":1}"),
            new AnswerEvent.ToolStarted(1, "b", "clock", null),
            new AnswerEvent.ToolPiece(1, "{}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Ended());
    String signed = "\"id\":\"a\",\"extra_content\":{\"google\":{\"thought_signature\":\"CrIC\"}}";

    assertThat(
            read(
                call("\"index\":0," + signed, "clock", "{\\\"z\\\":1}")
                    + call("\"index\":0,\"id\":\"b\"", "clock", "{}")
                    + finish("stop")
                    + "[DONE]"))
        .isEqualTo(expected);
    assertThat(
            read(
                call(signed, "clock", "{\\\"z\\\":1}")
                    + call("\"id\":\"b\"", "clock", "{}")
                    + finish("stop")
                    + "[DONE]"))
        .isEqualTo(expected);
  }

  @Test
  void shouldNameCallsThatHaveNoIdAfterTheirAnswer() {
    assertThat(
            read(
                call("\"index\":0", "clock", "{}")
                    + call("\"index\":1", "clock", "{}")
                    + finish("stop")
                    + "[DONE]"))
        .contains(
            new AnswerEvent.ToolStarted(0, "call_c_0", "clock", null),
            new AnswerEvent.ToolStarted(1, "call_c_1", "clock", null));
  }

  /// A piece of the first call that comes behind the start of the second must not open it again.
  @Test
  void shouldPutThePiecesOfCallsInOrder() {
    assertThat(
            read(
                call("\"index\":0,\"id\":\"a\"", "clock", "{\\\"z\\\":\\\"}")
                    + call("\"index\":1,\"id\":\"b\"", "clock", "{")
                    + piece(0, "\\\"}")
                    + piece(1, "}")
                    + finish("tool_calls")
                    + "[DONE]"))
        .containsExactly(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ToolStarted(0, "a", "clock", null),
            new AnswerEvent.ToolPiece(0, "{\"z\":\"}"),
            new AnswerEvent.ToolPiece(0, "\"}"),
            new AnswerEvent.ToolStarted(1, "b", "clock", null),
            new AnswerEvent.ToolPiece(1, "{"),
            new AnswerEvent.ToolPiece(1, "}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Ended());
  }

  /// As OpenRouter streams a model of Anthropic: each text twice, the signature behind it.
  @Test
  void shouldReadSignedThinkingOnce() {
    assertThat(
            read(
                """
                {"id":"c","provider":"Anthropic","model":"m","object":"chat.completion.chunk","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":null,"reasoning_details":[]},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"Hm, ","reasoning_details":[{"type":"reasoning.text","text":"Hm, ","format":"anthropic-claude-v1","index":0}]},"finish_reason":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"well","reasoning_details":[{"type":"reasoning.text","text":"well","format":"anthropic-claude-v1","index":0}]},"finish_reason":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":null,"reasoning_details":[{"type":"reasoning.text","signature":"EqQB","format":"anthropic-claude-v1","index":0}]},"finish_reason":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning_details":[{"type":"reasoning.encrypted","data":"gAAA","id":"rs_1","index":1}]},"finish_reason":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"content":"Nine"},"finish_reason":null}]}
                {"id":"c","model":"m","created":1,"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop","native_finish_reason":"end_turn"}]}
                [DONE]
                """))
        .containsExactly(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ThinkingPiece(0, "Hm, "),
            new AnswerEvent.ThinkingPiece(0, "well"),
            new AnswerEvent.ThinkingSigned(0, "EqQB"),
            new AnswerEvent.HiddenThinking(1, "rs_1", "gAAA"),
            new AnswerEvent.TextPiece(2, "Nine"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
            new AnswerEvent.Ended());
  }

  /// Row 18, streamed.
  @Test
  void shouldReadTheThinkingThatItWrote() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ThinkingPiece(0, "Hm, "),
            new AnswerEvent.ThinkingPiece(0, "well"),
            new AnswerEvent.ThinkingSigned(0, "EqQB"),
            new AnswerEvent.ThinkingSigned(1, "only-a-signature"),
            new AnswerEvent.HiddenThinking(2, null, "gAAA"),
            new AnswerEvent.ThinkingPiece(3, "And."),
            new AnswerEvent.RefusalPiece(4, "No."),
            new AnswerEvent.ToolStarted(5, "a", "clock", "CrIC"),
            new AnswerEvent.ToolPiece(5, "{\"zone\":\"Lyon\"}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Ended());

    assertThat(read(written(events, true).replace("data: ", ""))).isEqualTo(events);
  }

  /// Azure says first what it thinks of the prompt; Mistral sends parts; Moonshot counts inside.
  @Test
  void shouldReadTheChunksOfOtherServers() {
    assertThat(
            read(
                """
                {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}
                {"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]},"finish_reason":null}]}
                {"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Nine"},"finish_reason":null,"content_filter_results":{}}]}
                {"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":1,"cached_tokens":2}}]}
                [DONE]
                """))
        .containsExactly(
            new AnswerEvent.Started("c", "m", 1L),
            new AnswerEvent.ThinkingPiece(0, "hm"),
            new AnswerEvent.TextPiece(1, "Nine"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
            new AnswerEvent.Counted(new TokenCount(1L, 2L, null, 1L, null)),
            new AnswerEvent.Ended());
  }

  @Test
  void shouldTakeAStreamForWholeThatLacksOnlyItsMark() {
    assertThat(read(head("\"content\":\"Nine\"") + finish("stop")))
        .endsWith(new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)), new AnswerEvent.Ended());
  }

  /// Row 12.
  @Test
  void shouldTakeAStreamForFailedThatSaysNothingOrBreaksOff() {
    assertThat(read("[DONE]")).singleElement().isInstanceOf(AnswerEvent.Failed.class);
    assertThat(read("")).singleElement().isInstanceOf(AnswerEvent.Failed.class);
    assertThat(read(head("\"content\":\"Ni\"")))
        .last()
        .isInstanceOfSatisfying(
            AnswerEvent.Failed.class,
            failed -> {
              assertThat(failed.error().kind()).isEqualTo(ModelError.Kind.SERVER);
              assertThat(failed.error().message()).isEqualTo("The provider's stream broke off.");
            });
  }

  /// Row 11.
  @Test
  void shouldReadErrorsInTheStream() {
    assertThat(
            read(
                head("\"content\":\"Ni\"")
                    + "{\"id\":\"c\",\"error\":{\"code\":\"server_error\",\"message\":\"Disconnected\"},"
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n"
                    + "[DONE]"))
        .last()
        .isEqualTo(
            new AnswerEvent.Failed(
                new ModelError(500, ModelError.Kind.SERVER, "Disconnected", "server_error", null)));
    assertThat(read("{\"error\":{\"message\":\"Slow down\",\"type\":\"TooMany\",\"code\":429}}"))
        .containsExactly(
            new AnswerEvent.Failed(
                new ModelError(429, ModelError.Kind.RATE_LIMITED, "Slow down", "429", null)));
    assertThat(read("{\"error\":{\"message\":\"Busy\",\"type\":\"overloaded_error\"}}"))
        .containsExactly(
            new AnswerEvent.Failed(
                new ModelError(503, ModelError.Kind.OVERLOADED, "Busy", null, null)));
  }

  @Test
  void shouldRefuseAnEventThatIsNoChunk() {
    assertThatThrownBy(() -> read("{\"choices\":")).isInstanceOf(DialectException.class);
    assertThatThrownBy(() -> read("7")).isInstanceOf(DialectException.class);
  }

  @Test
  void shouldWriteAStreamAsTheVendorDoes() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Started(null, "m", null),
            new AnswerEvent.TextPiece(0, "Ni\n"),
            new AnswerEvent.ToolStarted(3, "a", "clock", null),
            new AnswerEvent.ToolPiece(3, "{\"z\":1}"),
            new AnswerEvent.Counted(new TokenCount(2L, 1L, null, null, null)),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Counted(new TokenCount(null, null, null, 4L, null)),
            new AnswerEvent.Ended(),
            new AnswerEvent.Ended());
    String head =
        "data: {\"id\":\"id-0\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\",\"choices\":[";
    String first =
        head
            + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"
            + head
            + "{\"index\":0,\"delta\":{\"content\":\"Ni\\n\"},\"finish_reason\":null}]}\n\n"
            + head
            + "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"clock\",\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n\n"
            + head
            + "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"z\\\":1}\"}}]},\"finish_reason\":null}]}\n\n"
            + head
            + "{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n";

    assertThat(written(events, false)).isEqualTo(first + "data: [DONE]\n\n");
    assertThat(written(events, true))
        .isEqualTo(
            first
                + head
                + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":1}}}\n\n"
                + "data: [DONE]\n\n");
  }

  /// Rows 5 and 10: the dialect's own end, once, also where the stream fails before it began.
  @Test
  void shouldEndAFailedStreamOnce() {
    ModelError error = new ModelError(503, ModelError.Kind.OVERLOADED, "Busy", null, null);

    assertThat(
            written(
                List.of(
                    new AnswerEvent.Failed(error),
                    new AnswerEvent.Failed(error),
                    new AnswerEvent.Ended()),
                true))
        .isEqualTo(
            """
            data: {"error":{"message":"Busy","type":"overloaded_error"}}

            data: [DONE]

            """);
  }

  private String written(List<AnswerEvent> events, boolean usage) {
    StreamWriter writer = dialect.streamWriter(new StreamForm("id-0", 5L, usage, false));
    StringBuilder out = new StringBuilder();
    events.forEach(event -> writer.write(event, out));
    return out.toString();
  }

  /// One event a line.
  private List<AnswerEvent> read(String stream) {
    StreamReader reader = dialect.streamReader();
    List<AnswerEvent> events = new ArrayList<>();
    stream
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> reader.event(null, line, events::add));
    reader.end(events::add);
    return events;
  }

  private static String head(String delta) {
    return "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
        + delta
        + "},\"finish_reason\":null}]}\n";
  }

  private static String call(String call, String name, String arguments) {
    return head(
        "\"tool_calls\":[{"
            + call
            + ",\"function\":{\"name\":\""
            + name
            + "\",\"arguments\":\""
            + arguments
            + "\"}}]");
  }

  private static String piece(int index, String arguments) {
    return head(
        "\"tool_calls\":[{\"index\":"
            + index
            + ",\"function\":{\"arguments\":\""
            + arguments
            + "\"}}]");
  }

  private static String finish(String reason) {
    return "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
        + reason
        + "\"}]}\n";
  }
}

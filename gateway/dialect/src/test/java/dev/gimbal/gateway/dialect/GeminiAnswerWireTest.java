package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gemini's answers, streams and errors as they are on the wire.
final class GeminiAnswerWireTest {
  private final GeminiDialect gemini = new GeminiDialect();

  private ModelAnswer read(String json) {
    return gemini.readAnswer(Samples.tree(json));
  }

  private List<AnswerEvent> stream(String... chunks) {
    StreamReader reader = gemini.streamReader();
    List<AnswerEvent> events = new ArrayList<>();
    for (String chunk : chunks) {
      reader.event(null, chunk, events::add);
    }
    reader.end(events::add);
    return events;
  }

  private String written(boolean array, AnswerEvent... events) {
    StreamWriter writer = gemini.streamWriter(new StreamForm("id-0", 1L, false, array));
    StringBuilder out = new StringBuilder();
    for (AnswerEvent event : events) {
      writer.write(event, out);
    }
    return out.toString();
  }

  @Test
  void shouldReadAnAnswerWithThoughtsACallAndCachedTokens() {
    ModelAnswer answer =
        read(
            """
            {"candidates": [{"content": {"role": "model", "parts": [
                {"text": "I need the weather.", "thought": true},
                {"functionCall": {"name": "get_weather", "args": {"city": "Paris"}},
                 "thoughtSignature": "Es8CCswC"}]},
               "finishReason": "STOP", "index": 0, "safetyRatings": []}],
             "usageMetadata": {"promptTokenCount": 252, "cachedContentTokenCount": 200,
               "candidatesTokenCount": 18, "thoughtsTokenCount": 55, "totalTokenCount": 325,
               "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 252}]},
             "modelVersion": "gemini-3-flash", "responseId": "xRS0aZC5BNHVz7IPuaO42Qk"}
            """);

    assertThat(answer)
        .isEqualTo(
            new ModelAnswer(
                "xRS0aZC5BNHVz7IPuaO42Qk",
                "gemini-3-flash",
                null,
                List.of(
                    new Part.Thinking("I need the weather.", null),
                    new Part.ToolCall(
                        "call_xRS0aZC5BNHVz7IPuaO42Qk_0",
                        "get_weather",
                        "{\"city\":\"Paris\"}",
                        "Es8CCswC",
                        null)),
                Stop.of(Stop.Reason.TOOL_CALLS),
                new TokenCount(52L, 200L, null, 73L, 55L)));
  }

  @Test
  void shouldReadABlockedPromptAsAFilteredAnswerWithoutParts() {
    ModelAnswer answer =
        read(
            """
            {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
             "usageMetadata": {"promptTokenCount": 7, "totalTokenCount": 7},
             "modelVersion": "gemini-2.5-flash", "responseId": "r"}
            """);

    assertThat(answer.parts()).isEmpty();
    assertThat(answer.stop()).isEqualTo(Stop.of(Stop.Reason.FILTERED));
    assertThat(answer.usage()).isEqualTo(new TokenCount(7L, null, null, 0L, null));
  }

  @ParameterizedTest
  @CsvSource({
    "STOP,END",
    "MAX_TOKENS,LENGTH",
    "SAFETY,FILTERED",
    "RECITATION,FILTERED",
    "SPII,FILTERED",
    "OTHER,FILTERED",
    "SOMETHING_NEW,FILTERED"
  })
  void shouldReadWhyAnAnswerEnded(String finish, Stop.Reason reason) {
    ModelAnswer answer =
        read("{\"candidates\":[{\"content\":{},\"finishReason\":\"" + finish + "\"}]}");

    assertThat(answer.stop().reason()).isEqualTo(reason);
    assertThat(answer.usage()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'candidates':[{'finishReason':'MALFORMED_FUNCTION_CALL','finishMessage':'Bad.'}]}",
        "{'error':{'code':503,'message':'Overloaded.','status':'UNAVAILABLE'}}",
        "{'candidates':[{'content':{'parts':[{'text':'Ni'}]}}]}",
        "{'candidates':[{'content':{'parts':[{'fileData':{'fileUri':'https://x/y.png'}}]},"
            + "'finishReason':'STOP'}]}",
        "[]"
      })
  void shouldNotTakeAFailureForAnAnswer(String json) {
    assertThatThrownBy(() -> read(json.replace('\'', '"'))).isInstanceOf(DialectException.class);
  }

  @Test
  void shouldReadARecordedStreamWhoseLastPartIsASignature() {
    assertThat(
            stream(
                "{\"candidates\": [{\"content\": {\"role\": \"model\",\"parts\": [{\"text\":"
                    + " \"Hello!\"}]}}],\"usageMetadata\": {\"trafficType\": \"ON_DEMAND\"},"
                    + "\"modelVersion\": \"gemini-3.1-flash-lite-preview\",\"createTime\":"
                    + " \"2026-03-10T14:54:45.066123Z\",\"responseId\": \"tTCw\"}",
                "{\"candidates\": [{\"content\": {\"role\": \"model\",\"parts\": [{\"text\":"
                    + " \" How\"}]}}],\"usageMetadata\": {\"trafficType\": \"ON_DEMAND\"}}",
                "{\"candidates\": [{\"content\": {\"role\": \"model\",\"parts\": [{\"text\":"
                    + " \"\",\"thoughtSignature\": \"AY89a18=\"}]},\"finishReason\": \"STOP\"}],"
                    + "\"usageMetadata\": {\"promptTokenCount\": 1,\"candidatesTokenCount\": 9,"
                    + "\"totalTokenCount\": 10}}"))
        .containsExactly(
            new AnswerEvent.Started("tTCw", "gemini-3.1-flash-lite-preview", 1_773_154_485L),
            new AnswerEvent.TextPiece(0, "Hello!"),
            new AnswerEvent.TextPiece(0, " How"),
            new AnswerEvent.ThinkingSigned(1, "AY89a18="),
            new AnswerEvent.Counted(new TokenCount(1L, null, null, 9L, null)),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
            new AnswerEvent.Ended());
  }

  @Test
  void shouldReadThoughtsTextAndCallsInOneChunkAndGoOnBehindTheFinishReason() {
    assertThat(
            stream(
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm\",\"thought\":true},"
                    + "{\"text\":\"I look.\"},{\"functionCall\":{\"id\":\"a\",\"name\":\"f\","
                    + "\"args\":{\"x\":1.50}},\"thoughtSignature\":\"S=\"},{\"functionCall\":"
                    + "{\"name\":\"g\"}}]},\"finishReason\":\"STOP\"},{\"content\":{\"parts\":"
                    + "[{\"text\":\"other\"}]},\"finishReason\":\"MAX_TOKENS\",\"index\":1}]}",
                "{\"somethingNew\":1,\"usageMetadata\":{\"promptTokenCount\":4,"
                    + "\"toolUsePromptTokenCount\":6,\"candidatesTokenCount\":2,"
                    + "\"totalTokenCount\":12}}"))
        .containsExactly(
            new AnswerEvent.Started(null, "", null),
            new AnswerEvent.ThinkingPiece(0, "Hm"),
            new AnswerEvent.TextPiece(1, "I look."),
            new AnswerEvent.ToolStarted(2, "a", "f", "S="),
            new AnswerEvent.ToolPiece(2, "{\"x\":1.50}"),
            new AnswerEvent.ToolStarted(3, "call_1", "g", null),
            new AnswerEvent.ToolPiece(3, "{}"),
            new AnswerEvent.Further(1, new AnswerEvent.TextPiece(0, "other")),
            new AnswerEvent.Counted(new TokenCount(10L, null, null, 2L, null)),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Further(1, new AnswerEvent.Stopped(Stop.of(Stop.Reason.LENGTH))),
            new AnswerEvent.Ended());
  }

  @Test
  void shouldReadAnErrorAmidAStreamAsItsEnd() {
    assertThat(
            stream(
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Ni\"}]}}]}",
                "{\"error\":{\"code\":429,\"message\":\"Slow.\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ne\"}]},"
                    + "\"finishReason\":\"STOP\"}]}"))
        .containsExactly(
            new AnswerEvent.Started(null, "", null),
            new AnswerEvent.TextPiece(0, "Ni"),
            new AnswerEvent.Failed(
                new ModelError(
                    429, ModelError.Kind.RATE_LIMITED, "Slow.", "RESOURCE_EXHAUSTED", null)));
  }

  @Test
  void shouldReadAMalformedCallAsAFailure() {
    assertThat(
            stream(
                "{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\","
                    + "\"finishMessage\":\"Malformed function call: f(\"}]}"))
        .last()
        .isEqualTo(
            new AnswerEvent.Failed(
                new ModelError(
                    502,
                    ModelError.Kind.SERVER,
                    "Malformed function call: f(",
                    "MALFORMED_FUNCTION_CALL",
                    null)));
  }

  @Test
  void shouldRefuseAnEventThatIsNoJson() {
    assertThatThrownBy(() -> stream("<html>")).isInstanceOf(DialectException.class);
  }

  @Test
  void shouldWriteCallsWholeAndTheReasonWithTheTokensLast() {
    String stream =
        written(
            false,
            new AnswerEvent.Started(null, "m", null),
            new AnswerEvent.Counted(new TokenCount(10L, 5L, null, null, null)),
            new AnswerEvent.TextPiece(0, "I look."),
            new AnswerEvent.ToolStarted(1, "a", "f", "S="),
            new AnswerEvent.ToolStarted(2, "b", "g", null),
            new AnswerEvent.ToolPiece(1, "{\"x\""),
            new AnswerEvent.ToolPiece(1, ":1.50}"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Counted(new TokenCount(null, null, null, 7L, 3L)),
            new AnswerEvent.Ended());

    assertThat(stream.split("\n\n"))
        .containsExactly(
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"I look.\"}],"
                + "\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m\","
                + "\"responseId\":\"id-0\"}",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"id\":\"a\","
                + "\"name\":\"f\",\"args\":{\"x\":1.50}},\"thoughtSignature\":\"S=\"},"
                + "{\"functionCall\":{\"id\":\"b\",\"name\":\"g\",\"args\":{}}}],"
                + "\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m\","
                + "\"responseId\":\"id-0\"}",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],"
                + "\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],"
                + "\"usageMetadata\":{\"promptTokenCount\":15,\"cachedContentTokenCount\":5,"
                + "\"candidatesTokenCount\":4,\"thoughtsTokenCount\":3,\"totalTokenCount\":22},"
                + "\"modelVersion\":\"m\",\"responseId\":\"id-0\"}");
  }

  @Test
  void shouldWriteACallBeforeTheTextThatFollowsItAndTakeNoMoreOfIt() {
    StreamWriter writer = gemini.streamWriter(new StreamForm("id-0", 1L, false, false));
    StringBuilder out = new StringBuilder();
    writer.write(new AnswerEvent.ToolStarted(0, "a", "f", null), out);
    writer.write(new AnswerEvent.ToolPiece(0, "{}"), out);
    writer.write(new AnswerEvent.TextPiece(1, "There."), out);

    assertThat(out.indexOf("functionCall")).isBetween(0, out.indexOf("There."));
    assertThatThrownBy(() -> writer.write(new AnswerEvent.ToolPiece(0, "{}"), out))
        .isInstanceOf(DialectException.class);
  }

  @Test
  void shouldKeepThoughtsSignaturesAndHiddenThoughtsThroughAStream() {
    AnswerEvent[] events = {
      new AnswerEvent.Started("r", "m", null),
      new AnswerEvent.ThinkingPiece(0, "Hm"),
      new AnswerEvent.ThinkingSigned(0, "A="),
      new AnswerEvent.HiddenThinking(1, "rs_1", "data+/=="),
      new AnswerEvent.HiddenThinking(2, null, "more"),
      new AnswerEvent.TextPiece(3, "Nine"),
      new AnswerEvent.ThinkingSigned(4, "B="),
      new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)),
      new AnswerEvent.Ended()
    };

    String[] chunks = written(false, events).split("\n\n");
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = chunks[i].substring("data: ".length());
    }

    assertThat(stream(chunks)).containsExactly(events);
  }

  @Test
  void shouldKeepThoughtsAndHiddenThoughtsThroughAWholeAnswer() {
    ModelAnswer answer =
        new ModelAnswer(
            null,
            "m",
            null,
            List.of(
                new Part.Thinking("Hm", "A="),
                new Part.HiddenThinking("rs_1", "data+/=="),
                new Part.Text("Nine"),
                new Part.Thinking("", "B=")),
            Stop.of(Stop.Reason.END),
            null);

    JsonNode written = gemini.writeAnswer(answer);

    assertThat(gemini.readAnswer(written)).isEqualTo(answer);
    assertThat(written.at("/candidates/0/content/parts/2").toString())
        .isEqualTo("{\"text\":\"Nine\",\"thoughtSignature\":\"B=\"}");
    assertThat(written.has("responseId")).isFalse();
    assertThat(written.has("usageMetadata")).isFalse();
  }

  @Test
  void shouldWriteAStreamAsAJsonArray() {
    String stream =
        written(
            true,
            new AnswerEvent.Started("r", "m", null),
            new AnswerEvent.TextPiece(0, "Ni"),
            new AnswerEvent.TextPiece(0, "ne"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.LENGTH)),
            new AnswerEvent.Ended());

    JsonNode array = Samples.tree(stream);
    assertThat(array).hasSize(3);
    assertThat(array.at("/1/candidates/0/content/parts/0/text").asText()).isEqualTo("ne");
    assertThat(array.at("/2/candidates/0/finishReason").asText()).isEqualTo("MAX_TOKENS");
  }

  @Test
  void shouldCloseAJsonArrayBehindAnError() {
    AnswerEvent failed =
        new AnswerEvent.Failed(
            new ModelError(529, ModelError.Kind.OVERLOADED, "Busy.", null, null));
    AnswerEvent started = new AnswerEvent.Started("r", "m", null);
    String error = "{\"error\":{\"code\":529,\"message\":\"Busy.\",\"status\":\"UNAVAILABLE\"}}";

    assertThat(written(true, started, failed)).isEqualTo("[" + error + "]\n");
    assertThat(Samples.tree(written(true, started, new AnswerEvent.TextPiece(0, "a"), failed)))
        .last()
        .isEqualTo(Samples.tree(error));
  }

  @Test
  void shouldTellNoCallOfAStreamThatFailed() {
    assertThat(
            written(
                false,
                new AnswerEvent.ToolStarted(0, "a", "f", null),
                new AnswerEvent.ToolPiece(0, "{}"),
                new AnswerEvent.Failed(
                    new ModelError(500, ModelError.Kind.SERVER, "Broke.", null, null))))
        .isEqualTo(
            "data: {\"error\":{\"code\":500,\"message\":\"Broke.\",\"status\":\"INTERNAL\"}}\n\n");
  }

  @Test
  void shouldSayThatACallIsMalformedAsTheVendorDoes() {
    String stream =
        written(
            false,
            new AnswerEvent.ToolStarted(0, "a", "f", null),
            new AnswerEvent.ToolPiece(0, "{\"x\":"),
            new AnswerEvent.Stopped(Stop.of(Stop.Reason.TOOL_CALLS)),
            new AnswerEvent.Ended());

    assertThat(stream)
        .contains("\"finishReason\":\"MALFORMED_FUNCTION_CALL\"")
        .contains("\"finishMessage\":\"Malformed function call: f\"")
        .doesNotContain("functionCall");
  }

  @Test
  void shouldWriteNothingBehindTheEnd() {
    StreamWriter writer = gemini.streamWriter(new StreamForm("id-0", 1L, false, false));
    StringBuilder out = new StringBuilder();
    writer.write(new AnswerEvent.Ended(), out);

    assertThatThrownBy(() -> writer.write(new AnswerEvent.Ended(), out))
        .isInstanceOf(DialectException.class);
  }

  @Test
  void shouldReadTheErrorsOfTheVendor() {
    ModelError key =
        error(
            400,
            """
            {"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.",
              "status": "INVALID_ARGUMENT", "details": [
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                 "domain": "googleapis.com"}]}}
            """);
    ModelError field =
        error(
            400,
            """
            [{"error": {"code": 400, "message": "Invalid JSON payload received.",
              "status": "INVALID_ARGUMENT", "details": [
                {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [
                  {"field": "contents[0]", "description": "Unknown name."}]}]}}]
            """);

    assertThat(key)
        .isEqualTo(
            new ModelError(
                400,
                ModelError.Kind.AUTHENTICATION,
                "API key not valid. Please pass a valid API key.",
                "API_KEY_INVALID",
                null));
    assertThat(field)
        .isEqualTo(
            new ModelError(
                400,
                ModelError.Kind.INVALID_REQUEST,
                "Invalid JSON payload received.",
                "INVALID_ARGUMENT",
                "contents[0]"));
  }

  private ModelError error(int status, String json) {
    return gemini.readError(status, Samples.tree(json));
  }

  @Test
  void shouldWriteAnErrorWithItsCodeAndField() {
    ModelError error =
        new ModelError(
            400,
            ModelError.Kind.INVALID_REQUEST,
            "Too long.",
            "context_length_exceeded",
            "contents");

    JsonNode written = gemini.writeError(error);

    assertThat(Json.write(written))
        .isEqualTo(
            "{\"error\":{\"code\":400,\"message\":\"Too long.\",\"status\":\"INVALID_ARGUMENT\","
                + "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                + "\"reason\":\"context_length_exceeded\"},"
                + "{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":"
                + "[{\"field\":\"contents\",\"description\":\"Too long.\"}]}]}}");
    assertThat(gemini.readError(400, written)).isEqualTo(error);
  }
}

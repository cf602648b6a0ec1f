package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls, answers and errors in the shapes that the vendors' documentation and their servers show.
class ChatWireTest {
  private final Dialect dialect = new ChatDialect();

  @Test
  void shouldReadACallWithEverything() {
    ModelRequest request =
        request(
            """
            {"model":"gpt-5","messages":[
               {"role":"developer","content":"Be brief."},
               {"role":"system","content":[{"type":"text","text":"Be kind."}]},
               {"role":"user","content":[
                 {"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}},
                 {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/4A=="}},
                 {"type":"input_audio","input_audio":{"data":"//uQ","format":"mp3"}},
                 {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
                 {"type":"file","file":{"file_id":"file-6F2k"}}]}],
             "tools":[{"type":"function","function":{"name":"clock","description":"The time.",
               "parameters":{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}},
               "strict":true}}],
             "tool_choice":{"type":"function","function":{"name":"clock"}},
             "parallel_tool_calls":false,
             "max_completion_tokens":256,"temperature":0.2,"top_p":1,"top_k":null,"stop":"END","seed":7,
             "presence_penalty":-0.5,"frequency_penalty":0.5,"n":2,"reasoning_effort":"low",
             "response_format":{"type":"json_schema","json_schema":{"name":"place","strict":true,
               "schema":{"type":"object"}}},
             "stream":true,"stream_options":{"include_usage":true},"user":"u-1"}
            """);

    assertThat(request.leftovers()).isEmpty();
    assertThat(request.system())
        .containsExactly(new Part.Text("Be brief."), new Part.Text("Be kind."));
    assertThat(request.turns().getFirst().parts())
        .containsExactly(
            new Part.Text("What is this?"),
            media(
                Part.Media.Kind.IMAGE,
                new Part.Source.Address("https://example.com/a.png", null),
                null,
                "low"),
            media(
                Part.Media.Kind.IMAGE,
                new Part.Source.Inline("image/jpeg", "/9j/4A=="),
                null,
                null),
            media(Part.Media.Kind.AUDIO, new Part.Source.Inline("audio/mpeg", "//uQ"), null, null),
            media(
                Part.Media.Kind.FILE,
                new Part.Source.Inline("application/pdf", "JVBE"),
                "a.pdf",
                null),
            media(Part.Media.Kind.FILE, new Part.Source.Stored("file-6F2k"), null, null));
    Tool tool = request.tools().getFirst();
    assertThat(tool.strict()).isTrue();
    assertThat(tool.schema())
        .hasToString(
            "{\"type\":\"object\",\"properties\":{\"z\":{\"type\":\"string\"},\"a\":{\"type\":\"string\"}}}");
    assertThat(request.toolUse()).isEqualTo(new ToolUse(ToolUse.Choice.NAMED, "clock", false));
    assertThat(request.sampling())
        .isEqualTo(
            new ModelRequest.Sampling(
                256L, 0.2, 1.0, null, List.of("END"), 7L, -0.5, 0.5, 2L, null));
    assertThat(request.reasoning()).isEqualTo(new ModelRequest.Reasoning("low", null));
    assertThat(request.form())
        .isEqualTo(
            new OutputForm.Schema("place", null, Samples.tree("{\"type\":\"object\"}"), true));
    assertThat(request.stream()).isTrue();
    assertThat(request.streamUsage()).isTrue();
    assertThat(request.caller()).isEqualTo("u-1");
  }

  @Test
  void shouldWriteBackAConversationWithToolsAsItWas() {
    JsonNode messages =
        Samples.tree(
            """
            [{"role":"system","content":"Be brief."},
             {"role":"user","content":"Time in Lyon and Xi'an?"},
             {"role":"assistant","content":null,"tool_calls":[
               {"id":"call_a","type":"function","function":{"name":"clock","arguments":"{ \\"z\\" : 1, \\"a\\":2}"},
                "extra_content":{"google":{"thought_signature":"CrIC"}}},
               {"id":"call_b","type":"function","function":{"name":"clock","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"call_a","content":"9:00"},
             {"role":"tool","tool_call_id":"call_b","content":[{"type":"text","text":"16"},{"type":"text","text":":00"}]},
             {"role":"user","content":"And in Turin?"},
             {"role":"user","content":"Quick!"},
             {"role":"system","content":"He is in a hurry."},
             {"role":"assistant","content":null,"refusal":"I cannot."}]
            """);
    ModelRequest read = request("{\"model\":\"m\",\"messages\":" + messages + "}");

    JsonNode written = dialect.writeRequest(read, new Losses()).get("messages");

    assertThat(written).hasToString(messages.toString());
    assertThat(read.turns())
        .extracting(turn -> turn.role() + ":" + turn.parts().size())
        .containsExactly("USER:1", "ASSISTANT:2", "USER:3", "USER:1", "SYSTEM:1", "ASSISTANT:1");
    assertThat(read.turns().get(2).parts().getFirst())
        .isInstanceOfSatisfying(
            Part.ToolResult.class, result -> assertThat(result.name()).isEqualTo("clock"));
  }

  @Test
  void shouldWriteResultsInFrontOfWhatTheUserSaysAndLoseWhatTheyCannotHold() {
    Part image =
        media(Part.Media.Kind.IMAGE, new Part.Source.Inline("image/png", "iVBO"), null, null);
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.user(
                        new Part.Text("See."),
                        new Part.ToolResult("a", "f", List.of(), true, null),
                        new Part.ToolResult("b", "f", List.of(image), false, null))),
                List.of());
    Losses losses = new Losses();

    JsonNode written = dialect.writeRequest(request, losses).get("messages");

    assertThat(written)
        .extracting(message -> message.get("role").textValue())
        .containsExactly("system", "tool", "tool", "user");
    assertThat(written.get(1))
        .hasToString("{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"\"}");
    assertThat(losses.harmless()).containsExactly(Feature.TOOL_RESULT_FAILED);
    assertThat(losses.harmful()).containsExactly(Feature.TOOL_RESULT_MEDIA);
  }

  @Test
  void shouldNameMediaThatTheDialectHasNoFormFor() {
    Part.Source address = new Part.Source.Address("https://example.com/a", null);
    Part.Source stored = new Part.Source.Stored("file-1");

    assertThat(lost(media(Part.Media.Kind.AUDIO, address, null, null))).isEqualTo(Feature.AUDIO);
    assertThat(lost(media(Part.Media.Kind.FILE, address, "a", null))).isEqualTo(Feature.FILE);
    assertThat(lost(media(Part.Media.Kind.IMAGE, stored, null, null)))
        .isEqualTo(Feature.STORED_FILE);
  }

  private Feature lost(Part part) {
    Losses losses = new Losses();
    ModelRequest request =
        new Samples.Change(Samples.plain()).turns(List.of(Samples.user(part)), List.of());
    dialect.writeRequest(request, losses);
    assertThat(losses.harmful()).hasSize(1);
    return losses.harmful().iterator().next();
  }

  /// Row 18: signatures, signatures alone, hidden thinking.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"reasoning_content\":\"Hm, 你好\"",
        "\"reasoning_content\":\"Hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Hm\",\"signature\":\"Eq==\"}]",
        "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"\",\"signature\":\"Eq==\"}]",
        "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"index\":0,\"data\":\"gAAA\",\"id\":\"rs_1\"}]",
        "\"reasoning_content\":\"Hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Hm\"},{\"type\":\"reasoning.encrypted\",\"index\":1,\"data\":\"gAAA\"}]"
      })
  void shouldKeepThinkingOfCallsAndOfAnswers(String thinking) {
    JsonNode message =
        Samples.tree("{\"role\":\"assistant\",\"content\":\"Nine.\"," + thinking + "}");
    ModelRequest read = request("{\"model\":\"m\",\"messages\":[" + message + "]}");
    JsonNode answer =
        Samples.tree(
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"message\":"
                + message
                + ",\"finish_reason\":\"stop\"}]}");

    assertThat(read.leftovers()).isEmpty();
    assertThat(dialect.writeRequest(read, new Losses()).get("messages").get(0)).isEqualTo(message);
    assertThat(dialect.writeAnswer(dialect.readAnswer(answer))).hasToString(answer.toString());
  }

  @Test
  void shouldJoinTheThinkingThatAClientSendsBackInPieces() {
    ModelRequest read =
        request(
            """
            {"model":"m","messages":[{"role":"assistant","content":"Nine.","reasoning":"Hm, well",
              "reasoning_details":[
                {"type":"reasoning.text","text":"Hm, ","format":"anthropic-claude-v1","index":0},
                {"type":"reasoning.text","text":"well","format":"anthropic-claude-v1","index":0},
                {"type":"reasoning.text","signature":"Eq==","format":"anthropic-claude-v1","index":0},
                {"type":"reasoning.summary","summary":"Then.","index":1}]}]}
            """);

    assertThat(read.turns().getFirst().parts())
        .containsExactly(
            new Part.Thinking("Hm, well", "Eq=="),
            new Part.Thinking("Then.", null),
            new Part.Text("Nine."));
    assertThat(read.leftovers()).allMatch(Leftover::harmless);
  }

  @Test
  void shouldReadMarksForACacheWhereverTheyStand() {
    ModelRequest read =
        request(
            """
            {"model":"m","messages":[
               {"role":"system","content":[{"type":"text","text":"long","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
               {"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e.com/a"},"cache_control":{"type":"ephemeral"}}]},
               {"role":"assistant","content":"so","cache_control":{"type":"ephemeral"}},
               {"role":"tool","tool_call_id":"c","content":"x","cache_control":{"type":"ephemeral"}}],
             "tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}},
                      {"type":"function","function":{"name":"g","cache_control":{"type":"ephemeral"}}}]}
            """);

    assertThat(read.leftovers()).isEmpty();
    assertThat(read.system()).containsExactly(new Part.Text("long", new Part.CacheMark("1h")));
    assertThat(read.turns().stream().flatMap(turn -> turn.parts().stream()).map(Part::cache))
        .hasSize(3)
        .allMatch(new Part.CacheMark(null)::equals);
    assertThat(read.tools()).extracting(Tool::cache).doesNotContainNull();
  }

  @Test
  void shouldNameWhatItDoesNotUnderstand() {
    ModelRequest read =
        request(
            """
            {"model":"m","messages":[
               {"role":"user","content":[{"type":"text","text":"a","weird":1},{"type":"hologram"}],"name":"bob"},
               {"role":"assistant","content":"b","audio":{"id":"audio_1"},"annotations":[],
                "tool_calls":[{"id":"c","type":"custom","custom":{"name":"x","input":"y"}}]},
               {"role":"function","name":"f","content":"1"}],
             "functions":[{"name":"f"}],"function_call":"auto","logit_bias":{"50256":-100},
             "audio":{"voice":"alloy"},"modalities":["text","audio"],
             "web_search_options":{},"verbosity":"low","enable_thinking":false,
             "tools":[{"type":"web_search"}],
             "stream_options":{"include_obfuscation":false},
             "metadata":{"a":"b"},"store":false,"service_tier":"auto","prompt_cache_key":"k",
             "prediction":{"type":"content","content":"a"},"reasoning_effort":"xhigh"}
            """);

    assertThat(fields(read, false))
        .containsExactlyInAnyOrder(
            "messages[0].content[0].weird",
            "messages[0].content[1]",
            "messages[0].name",
            "messages[1].audio",
            "messages[1].tool_calls[0]",
            "messages[2]",
            "functions",
            "function_call",
            "logit_bias",
            "audio",
            "modalities",
            "web_search_options",
            "enable_thinking",
            "tools[0]");
    assertThat(fields(read, true))
        .containsExactlyInAnyOrder(
            "messages[1].annotations",
            "verbosity",
            "stream_options.include_obfuscation",
            "metadata",
            "store",
            "service_tier",
            "prompt_cache_key",
            "prediction",
            "reasoning_effort");
  }

  private static Stream<String> fields(ModelRequest read, boolean harmless) {
    return read.leftovers().stream()
        .filter(leftover -> leftover.harmless() == harmless)
        .map(Leftover::field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model                       | "messages":[{"role":"user","content":"a"}]
          messages                    | "model":"m"
          messages                    | "model":"m","messages":[]
          messages[0]                 | "model":"m","messages":["a"]
          messages[0].role            | "model":"m","messages":[{"role":"king","content":"a"}]
          messages[0].content         | "model":"m","messages":[{"role":"user","content":1}]
          messages[0].content[0].text | "model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]
          messages[0].content[0].image_url.url | "model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}]
          messages[0].content[0].file | "model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a"}}]}]
          messages[0].tool_call_id    | "model":"m","messages":[{"role":"tool","content":"a"}]
          messages[0].tool_calls[0].function.arguments | "model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":{}}}]}]
          max_tokens                  | "model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":0
          max_tokens                  | "model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":5,"max_completion_tokens":6
          temperature                 | "model":"m","messages":[{"role":"user","content":"a"}],"temperature":"hot"
          seed                        | "model":"m","messages":[{"role":"user","content":"a"}],"seed":1.5
          stop[1]                     | "model":"m","messages":[{"role":"user","content":"a"}],"stop":["a",1]
          stream                      | "model":"m","messages":[{"role":"user","content":"a"}],"stream":"yes"
          tool_choice                 | "model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"maybe"
          tools[0].function.parameters| "model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":[]}}]
          reasoning_effort            | "model":"m","messages":[{"role":"user","content":"a"}],"reasoning_effort":"much"
          response_format.json_schema | "model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema"}
          """)
  void shouldNameTheFieldThatIsWrong(String field, String body) {
    assertThatThrownBy(() -> request("{" + body + "}"))
        .isInstanceOfSatisfying(
            DialectException.class, wrong -> assertThat(wrong.field()).isEqualTo(field));
  }

  @ParameterizedTest
  @CsvSource({"0,none", "1,minimal", "1024,low", "4095,low", "4096,medium", "16384,high"})
  void shouldSayANumberOfThinkingTokensInWords(long budget, String effort) {
    ModelRequest request =
        new Samples.Change(Samples.plain()).reasoning(new ModelRequest.Reasoning(null, budget));

    assertThat(dialect.writeRequest(request, new Losses()).get("reasoning_effort").textValue())
        .isEqualTo(effort);
  }

  @Test
  void shouldReadANumberOfThinkingTokensAsOpenRoutersCallersSayIt() {
    String call = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],";

    assertThat(request(call + "\"reasoning\":{\"max_tokens\":2000}}").reasoning())
        .isEqualTo(new ModelRequest.Reasoning(null, 2000L));
    assertThat(request(call + "\"reasoning\":{\"effort\":\"high\"}}").reasoning())
        .isEqualTo(new ModelRequest.Reasoning("high", null));
    assertThat(request(call + "\"reasoning\":{\"enabled\":false}}").reasoning())
        .isEqualTo(new ModelRequest.Reasoning("none", null));
  }

  /// Row 21.
  @Test
  void shouldWriteNothingThatWasNotSaid() {
    ModelRequest bare =
        request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");

    assertThat(dialect.writeRequest(bare, new Losses()))
        .hasToString("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
  }

  /// Row 17: the cached tokens are inside the prompt's.
  @Test
  void shouldReadAnAnswerWithCountsAndCalls() {
    ModelAnswer answer =
        answer(
            """
            {"id":"chatcmpl-9x","object":"chat.completion","created":1760000000,"model":"gpt-5-2025-08-07",
             "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"annotations":[],
               "tool_calls":[{"id":"call_1","type":"function","function":{"name":"clock","arguments":"{\\"zone\\":\\"Lyon\\"}"}}]},
               "logprobs":null,"finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":1200,"completion_tokens":90,"total_tokens":1290,
               "prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},
               "completion_tokens_details":{"reasoning_tokens":64,"audio_tokens":0,
                 "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},
             "service_tier":"default","system_fingerprint":"fp_1"}
            """);

    assertThat(answer)
        .isEqualTo(
            new ModelAnswer(
                "chatcmpl-9x",
                "gpt-5-2025-08-07",
                1760000000L,
                List.of(new Part.ToolCall("call_1", "clock", "{\"zone\":\"Lyon\"}", null, null)),
                Stop.of(Stop.Reason.TOOL_CALLS),
                new TokenCount(176L, 1024L, null, 90L, 64L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":60,"prompt_cache_miss_tokens":40 | 40 | 60 |    | 5  |
          "prompt_tokens":100,"completion_tokens":5,"cached_tokens":60                                       | 40 | 60 |    | 5  |
          "prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10} | 30 | 60 | 10 | 5 |
          "prompt_tokens":100,"completion_tokens":5,"total_tokens":125,"completion_tokens_details":{"reasoning_tokens":20} | 100 | | | 25 | 20
          "prompt_tokens":100,"completion_tokens":25,"total_tokens":125,"completion_tokens_details":{"reasoning_tokens":20} | 100 | | | 25 | 20
          "prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":null | 100 | | | 5 |
          """)
  void shouldReadTheCountsOfServersThatSayThemOtherwise(
      String usage, Long input, Long cacheRead, Long cacheWrite, Long output, Long reasoning) {
    assertThat(answer(told("\"content\":\"a\"", "stop", "{" + usage + "}")).usage())
        .isEqualTo(new TokenCount(input, cacheRead, cacheWrite, output, reasoning));
  }

  /// Row 3.
  @Test
  void shouldInventNoCount() {
    ModelAnswer answer = answer(told("\"content\":\"a\"", "stop", "null"));

    assertThat(answer.usage()).isNull();
    assertThat(dialect.writeAnswer(answer).has("usage")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "stop,END,stop",
    "length,LENGTH,length",
    "content_filter,FILTERED,content_filter",
    "insufficient_system_resource,LENGTH,length",
    "eos,END,stop"
  })
  void shouldReadWhyAnAnswerEnded(String wire, Stop.Reason reason, String written) {
    ModelAnswer answer = answer(told("\"content\":\"a\"", wire, "null"));

    assertThat(answer.stop()).isEqualTo(Stop.of(reason));
    assertThat(dialect.writeAnswer(answer).get("choices").get(0).get("finish_reason").textValue())
        .isEqualTo(written);
  }

  @Test
  void shouldReadARefusalAndCallsThatEndWithStop() {
    String call =
        "\"content\":\"\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]";

    ModelAnswer refused = answer(told("\"content\":null,\"refusal\":\"No.\"", "stop", "null"));
    ModelAnswer calling = answer(told(call, "stop", "null"));

    assertThat(refused.parts()).containsExactly(new Part.Refusal("No."));
    assertThat(refused.stop()).isEqualTo(Stop.of(Stop.Reason.REFUSED));
    assertThat(answer(dialect.writeAnswer(refused).toString())).isEqualTo(refused);
    assertThat(calling.parts()).containsExactly(new Part.ToolCall("c", "f", "{}", null, null));
    assertThat(calling.stop()).isEqualTo(Stop.of(Stop.Reason.TOOL_CALLS));
  }

  /// Row 11: an error under status 200 is no answer.
  @Test
  void shouldTakeAnErrorForNoAnswer() {
    assertThatThrownBy(() -> answer("{\"error\":{\"message\":\"Overloaded\",\"code\":503}}"))
        .isInstanceOf(DialectException.class)
        .hasMessage("Overloaded");
    assertThatThrownBy(() -> answer("{\"choices\":[]}")).isInstanceOf(DialectException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          400 | {"error":{"message":"Too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}} | INVALID_REQUEST | Too long | context_length_exceeded | messages
          401 | {"error":{"message":"Bad key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}} | AUTHENTICATION | Bad key | invalid_api_key | -
          429 | {"error":{"message":"Slow","type":"requests","param":null,"code":"rate_limit_exceeded"}} | RATE_LIMITED | Slow | rate_limit_exceeded | -
          404 | {"error":"model not found"} | NOT_FOUND | model not found | - | -
          400 | {"object":"error","message":"Bad","type":"BadRequestError","param":null,"code":400} | INVALID_REQUEST | Bad | 400 | -
          422 | {"detail":"Unprocessable"} | INVALID_REQUEST | Unprocessable | - | -
          400 | [{"error":{"code":400,"message":"Missing signature","status":"INVALID_ARGUMENT"}}] | INVALID_REQUEST | Missing signature | 400 | -
          """)
  void shouldReadErrorsAsServersWriteThem(
      int status, String body, ModelError.Kind kind, String message, String code, String field) {
    assertThat(dialect.readError(status, Samples.tree(body)))
        .isEqualTo(new ModelError(status, kind, message, code, field));
  }

  @Test
  void shouldWriteAnErrorAsTheVendorDoes() {
    ModelError error =
        new ModelError(
            400,
            ModelError.Kind.INVALID_REQUEST,
            "Too long",
            "context_length_exceeded",
            "messages");

    assertThat(dialect.writeError(error))
        .hasToString(
            "{\"error\":{\"message\":\"Too long\",\"type\":\"invalid_request_error\","
                + "\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}");
  }

  private ModelRequest request(String body) {
    return dialect.readRequest(Samples.tree(body));
  }

  private ModelAnswer answer(String body) {
    return dialect.readAnswer(Samples.tree(body));
  }

  private static String told(String message, String finish, String usage) {
    return "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + message
        + "},\"finish_reason\":\""
        + finish
        + "\"}],\"usage\":"
        + usage
        + "}";
  }

  private static Part media(Part.Media.Kind kind, Part.Source source, String name, String detail) {
    return new Part.Media(kind, source, name, detail, null);
  }
}

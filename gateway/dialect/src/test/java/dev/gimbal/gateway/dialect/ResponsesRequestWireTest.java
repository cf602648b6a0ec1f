package dev.gimbal.gateway.dialect;

import static dev.gimbal.gateway.dialect.ResponsesWire.DIALECT;
import static dev.gimbal.gateway.dialect.ResponsesWire.again;
import static dev.gimbal.gateway.dialect.ResponsesWire.request;
import static dev.gimbal.gateway.dialect.ResponsesWire.turns;
import static dev.gimbal.gateway.dialect.Samples.assistant;
import static dev.gimbal.gateway.dialect.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls as clients of OpenAI's Responses send them and as its documentation shows them.
final class ResponsesRequestWireTest {
  private static final String MESSAGE = "{\"model\":\"m\",\"input\":\"Hi\",";

  @Test
  void shouldReadATextAsTheWholeInput() {
    ModelRequest read = request("{\"model\":\"gpt-5.4\",\"input\":\"Hi 你好\"}");

    assertThat(read.model()).isEqualTo("gpt-5.4");
    assertThat(read.turns()).containsExactly(user(new Part.Text("Hi 你好")));
    assertThat(read.system()).isEmpty();
    assertThat(read.toolUse()).isEqualTo(ToolUse.DEFAULT);
    assertThat(read.sampling()).isEqualTo(ModelRequest.Sampling.DEFAULT);
    assertThat(read.leftovers()).isEmpty();
  }

  @Test
  void shouldReadTheTurnsOfACodingAssistant() {
    ModelRequest read =
        request(
            """
            {"model":"gpt-5.4","instructions":"You are a coding agent.","input":[
              {"type":"message","role":"developer","content":[
                {"type":"input_text","text":"Sandboxed."}]},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Run ls"}]},
              {"type":"reasoning","summary":[{"type":"summary_text","text":"**Listing**"}],
               "content":null,"encrypted_content":"gAAAAABpPMlc"},
              {"type":"message","role":"assistant","content":[
                {"type":"output_text","text":"I look."}]},
              {"type":"function_call","name":"shell","arguments":"{\\"command\\": [\\"ls\\"]}",
               "call_id":"call_1"},
              {"type":"function_call","name":"clock","arguments":"{}","call_id":"call_2"},
              {"type":"function_call_output","call_id":"call_1","output":"a.txt"},
              {"type":"function_call_output","call_id":"call_2","output":"9:00"},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Go on"}]},
              {"role":"user","content":"Now"}],
             "tools":[{"type":"function","name":"shell","description":"Runs.","strict":false,
               "parameters":{"type":"object","properties":{"z":{},"a":{}}}}],
             "tool_choice":"auto","parallel_tool_calls":true,
             "reasoning":{"effort":"medium"},"store":false,"stream":true,
             "include":["reasoning.encrypted_content"]}""");

    assertThat(read.leftovers()).isEmpty();
    assertThat(read.stream()).isTrue();
    assertThat(read.streamUsage()).isTrue();
    assertThat(read.system())
        .containsExactly(new Part.Text("You are a coding agent."), new Part.Text("Sandboxed."));
    assertThat(read.reasoning()).isEqualTo(new ModelRequest.Reasoning("medium", null));
    assertThat(read.toolUse()).isEqualTo(new ToolUse(ToolUse.Choice.AUTO, null, true));
    assertThat(read.tools().getFirst().schema())
        .hasToString("{\"type\":\"object\",\"properties\":{\"z\":{},\"a\":{}}}");
    assertThat(read.turns())
        .containsExactly(
            user(new Part.Text("Run ls")),
            assistant(
                new Part.Thinking("**Listing**", null),
                new Part.HiddenThinking(null, "gAAAAABpPMlc"),
                new Part.Text("I look."),
                new Part.ToolCall("call_1", "shell", "{\"command\": [\"ls\"]}", null, null),
                new Part.ToolCall("call_2", "clock", "{}", null, null)),
            user(
                new Part.ToolResult(
                    "call_1", "shell", List.of(new Part.Text("a.txt")), false, null),
                new Part.ToolResult("call_2", "clock", List.of(new Part.Text("9:00")), false, null),
                new Part.Text("Go on")),
            user(new Part.Text("Now")));
  }

  @Test
  void shouldReadImagesAndFilesWithoutDecodingThem() {
    ModelRequest read =
        request(
            """
            {"model":"m","input":[{"role":"user","content":[
              {"type":"input_image","image_url":"https://example.com/a.png","detail":"high"},
              {"type":"input_image","image_url":"data:image/png;base64,iVBOR=="},
              {"type":"input_image","file_id":"file-1"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,J"},
              {"type":"input_file","filename":"b.PDF","file_data":"JVBE"},
              {"type":"input_file","file_url":"https://example.com/a.pdf"},
              {"type":"input_file","file_id":"file-2"}]}]}""");

    assertThat(read.leftovers()).isEmpty();
    assertThat(read.turns().getFirst().parts())
        .containsExactly(
            new Part.Media(
                Part.Media.Kind.IMAGE,
                new Part.Source.Address("https://example.com/a.png", null),
                null,
                "high",
                null),
            image(new Part.Source.Inline("image/png", "iVBOR==")),
            image(new Part.Source.Stored("file-1")),
            file(new Part.Source.Inline("application/pdf", "J"), "a.pdf"),
            file(new Part.Source.Inline("application/pdf", "JVBE"), "b.PDF"),
            file(new Part.Source.Address("https://example.com/a.pdf", null), null),
            file(new Part.Source.Stored("file-2"), null));
  }

  private static Part image(Part.Source source) {
    return new Part.Media(Part.Media.Kind.IMAGE, source, null, null, null);
  }

  private static Part file(Part.Source source, @Nullable String name) {
    return new Part.Media(Part.Media.Kind.FILE, source, name, null, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "previous_response_id: \"resp_1\"",
        "conversation: \"conv_1\"",
        "background: true",
        "prompt: {\"id\":\"pmpt_1\"}",
        "context_management: [{\"type\":\"compaction\"}]",
        "stop: [\"END\"]",
        "something_new: 1",
        "tool_choice: {\"type\":\"web_search_preview\"}",
        "tool_choice: {\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[]}",
        "tools[0]: [{\"type\":\"web_search_preview\"}]",
        "tools[0].new: [{\"type\":\"function\",\"name\":\"f\",\"new\":1}]",
        "reasoning.mode: {\"mode\":\"pro\"}",
        "text.format.grammar: {\"format\":{\"type\":\"text\",\"grammar\":\"x\"}}",
        "input[0]: [{\"type\":\"item_reference\",\"id\":\"msg_1\"}]",
        "input[0]: [{\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"n\",\"input\":\"\"}]",
        "input[0].new: [{\"role\":\"user\",\"content\":\"Hi\",\"new\":1}]",
        "input[0].content[0]: [{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]",
      })
  void shouldNameWhatOnlyTheVendorCanDo(String given) {
    assertThat(leftovers(given)).containsExactly(new Leftover(field(given), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata: {\"a\":\"b\"}",
        "service_tier: \"flex\"",
        "store: true",
        "prompt_cache_key: \"k\"",
        "truncation: \"auto\"",
        "stream_options: {\"include_obfuscation\":false}",
        "max_tool_calls: 3",
        "include[0]: [\"web_search_call.action.sources\"]",
        "text.verbosity: {\"verbosity\":\"low\"}",
        "reasoning.summary: {\"summary\":\"auto\"}",
        "reasoning.effort: {\"effort\":\"xhigh\"}",
        "input[0].phase: [{\"role\":\"assistant\",\"content\":\"Hi\",\"phase\":\"commentary\"}]",
        "input[0]: [{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}]",
        "input[0].content[0].prompt_cache_breakpoint: [{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"input_text\",\"text\":\"a\","
            + "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]}]",
        "input[0].content[0].annotations: [{\"role\":\"assistant\",\"content\":"
            + "[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[{\"type\":\"x\"}]}]}]",
      })
  void shouldNameWhatDoesNoHarm(String given) {
    assertThat(leftovers(given)).containsExactly(new Leftover(field(given), true));
  }

  /// @param given the path of the field that is left over, then the outermost field's value
  private static List<Leftover> leftovers(String given) {
    String value = given.substring(given.indexOf(':') + 1);
    String name = field(given).split("[.\\[]")[0];
    String rest = "\"" + name + "\":" + value + "}";
    return request(name.equals("input") ? "{\"model\":\"m\"," + rest : MESSAGE + rest).leftovers();
  }

  private static String field(String given) {
    return given.substring(0, given.indexOf(':'));
  }

  @Test
  void shouldTakeNullAndWhatIsUsualAsUnsaid() {
    ModelRequest read =
        request(
            MESSAGE
                + """
                "previous_response_id":null,"conversation":null,"background":false,"store":null,
                "instructions":null,"temperature":null,"tools":[],"tool_choice":null,"text":null,
                "reasoning":{"effort":null,"summary":null,"mode":"standard","context":"auto"},
                "top_logprobs":0,"max_output_tokens":null,"metadata":{},"include":null}""");

    assertThat(read).isEqualTo(request("{\"model\":\"m\",\"input\":\"Hi\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model | {"input":"Hi"}
          input | {"model":"m"}
          input | {"model":"m","input":7}
          input[0] | {"model":"m","input":["Hi"]}
          input[0].role | {"model":"m","input":[{"role":"tool","content":"Hi"}]}
          input[0].content | {"model":"m","input":[{"role":"user"}]}
          input[0].content[0].text | {"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]}
          input[0].content[0] | {"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}
          input[0].arguments | {"model":"m","input":[{"type":"function_call","call_id":"c","name":"n","arguments":{}}]}
          input[0].output | {"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}
          max_output_tokens | {"model":"m","input":"Hi","max_output_tokens":0}
          max_output_tokens | {"model":"m","input":"Hi","max_output_tokens":1.5}
          temperature | {"model":"m","input":"Hi","temperature":"1"}
          stream | {"model":"m","input":"Hi","stream":"true"}
          tools[0].name | {"model":"m","input":"Hi","tools":[{"type":"function","function":{}}]}
          tool_choice | {"model":"m","input":"Hi","tool_choice":"any"}
          reasoning.effort | {"model":"m","input":"Hi","reasoning":{"effort":"huge"}}
          text.format.schema | {"model":"m","input":"Hi","text":{"format":{"type":"json_schema","name":"n"}}}
          """)
  void shouldNameTheFieldOfAWrongForm(String field, String body) {
    assertThatExceptionOfType(DialectException.class)
        .isThrownBy(() -> request(body))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void shouldWriteACallAsTheVendorDocumentsIt() {
    ModelRequest call =
        new Samples.Change(Samples.tools(null))
            .toolUse(new ToolUse(ToolUse.Choice.NAMED, "clock", true));

    assertThat(DIALECT.writeRequest(call, new Losses()))
        .hasToString(
            Samples.tree(
                    """
                {"model":"some-model","instructions":"Be brief.","input":[
                  {"type":"message","role":"user","content":[
                    {"type":"input_text","text":"Time in Lyon and in Xi'an?"}]},
                  {"type":"message","role":"assistant","content":[
                    {"type":"output_text","text":"I look."}]},
                  {"type":"function_call","call_id":"call_1","name":"clock",
                   "arguments":"{\\"zone\\":\\"Lyon\\"}"},
                  {"type":"function_call","call_id":"call_2","name":"clock",
                   "arguments":"{\\"zone\\":\\"Xi'an\\"}"},
                  {"type":"function_call_output","call_id":"call_1","output":"9:00"},
                  {"type":"function_call_output","call_id":"call_2","output":"16:00"}],
                 "tools":[{"type":"function","name":"clock","description":"The time in a zone.",
                   "parameters":%s,"strict":false}],
                 "tool_choice":{"type":"function","name":"clock"},"parallel_tool_calls":true,
                 "max_output_tokens":500,"store":false}"""
                        .formatted(Samples.SCHEMA))
                .toString());
  }

  @Test
  void shouldAskForEncryptedThoughtsOnlyWhereTheModelThinks() {
    ObjectNode thinking = withEffort("high");
    ObjectNode not = withEffort("none");

    assertThat(thinking.path("reasoning")).hasToString("{\"effort\":\"high\"}");
    assertThat(thinking.path("include")).hasToString("[\"reasoning.encrypted_content\"]");
    assertThat(not.has("include")).isFalse();
    assertThat(DIALECT.writeRequest(Samples.plain(), new Losses()).has("include")).isFalse();
  }

  private static ObjectNode withEffort(String effort) {
    return DIALECT.writeRequest(
        new Samples.Change(Samples.plain()).reasoning(new ModelRequest.Reasoning(effort, null)),
        new Losses());
  }

  @ParameterizedTest
  @CsvSource({"0,none", "1024,low", "2048,low", "4096,medium", "8193,high", "16384,high"})
  void shouldPutABudgetIntoTheWordsOfAnEffort(long budget, String effort) {
    ModelRequest call =
        new Samples.Change(Samples.plain()).reasoning(new ModelRequest.Reasoning(null, budget));

    assertThat(again(call).reasoning()).isEqualTo(new ModelRequest.Reasoning(effort, null));
  }

  @Test
  void shouldKeepEveryKindOfThoughtOfAnEarlierTurn() {
    ModelRequest call =
        turns(
            user(new Part.Text("Why?")),
            assistant(
                new Part.Thinking("in the open", null),
                new Part.Thinking("signed", "EqQBCgIYAg=="),
                new Part.Thinking("", "EqQBsignature-only"),
                new Part.HiddenThinking("rs_1", "gAAAAABp"),
                new Part.Thinking("summary one", null),
                new Part.Thinking("summary two", null),
                new Part.HiddenThinking("rs_2", "gAAAAABq"),
                new Part.HiddenThinking(null, "redacted"),
                new Part.Text("Because."),
                new Part.ToolCall("call_1", "clock", "{}", "Cs8BthoughtSignature", null),
                new Part.ToolCall("call_2", "clock", "{}", null, null)));

    assertThat(again(call)).isEqualTo(call);
  }

  @Test
  void shouldKeepSeveralSystemTextsAndTheOnesAmidTheTurns() {
    ModelRequest plain = Samples.plain();
    ModelRequest call =
        new ModelRequest(
            plain.model(),
            List.of(new Part.Text("One."), new Part.Text("Two.")),
            List.of(
                user(new Part.Text("Hi")),
                new ModelRequest.Turn(
                    ModelRequest.Role.SYSTEM, List.of(new Part.Text("Now in French."))),
                user(new Part.Text("Go on"))),
            plain.tools(),
            plain.toolUse(),
            plain.sampling(),
            plain.reasoning(),
            plain.form(),
            plain.stream(),
            plain.streamUsage(),
            plain.caller(),
            plain.leftovers());

    assertThat(again(call)).isEqualTo(call);
  }

  @Test
  void shouldSayWhatAnAssistantCannotShow() {
    Losses losses = new Losses();

    DIALECT.writeRequest(
        turns(assistant(image(new Part.Source.Inline("image/png", "iVBOR")))), losses);

    assertThat(losses.harmful()).containsExactly(Feature.MADE_MEDIA);
  }
}

package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.platform.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bytes of Anthropic's Messages, in the shapes that its public documentation shows.
final class MessagesWireTest {
  private static final MessagesDialect DIALECT = new MessagesDialect();
  private static final Part.CacheMark MARK = new Part.CacheMark(null);
  private static final String CODING_ASSISTANT =
      """
      {"model":"claude-opus-5","max_tokens":32000,"stream":true,
       "system":[{"type":"text","text":"You are a coder.","cache_control":{"type":"ephemeral"}},
         {"type":"text","text":"Repo: x","cache_control":{"type":"ephemeral","ttl":"1h"}}],
       "messages":[
         {"role":"user","content":[{"type":"text","text":"Look at a.png"},
           {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},
         {"role":"system","content":"Be quick."},
         {"role":"assistant","content":[
           {"type":"thinking","thinking":"I read it.","signature":"EqQBCgIYAhIM"},
           {"type":"thinking","thinking":"","signature":"EqQBCgIYAhIN"},
           {"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"},
           {"type":"text","text":"I look.","citations":null},
           {"type":"tool_use","id":"toolu_01A","name":"Read","input":{"path":"a.png","at":1.50},
            "caller":{"type":"direct"}},
           {"type":"tool_use","id":"toolu_01B","name":"Bash","input":{}}]},
         {"role":"user","content":[
           {"type":"tool_result","tool_use_id":"toolu_01A","content":[
             {"type":"text","text":"ok"},
             {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]},
           {"type":"tool_result","tool_use_id":"toolu_01B","is_error":true,"content":"no",
            "cache_control":{"type":"ephemeral"}}]}],
       "tools":[{"name":"Read","description":"Reads.","input_schema":{"type":"object","properties":{"path":{"type":"string"}}},
         "eager_input_streaming":true,"cache_control":{"type":"ephemeral"}},
         {"type":"custom","name":"Bash","input_schema":{"type":"object"},"strict":true}],
       "tool_choice":{"type":"auto","disable_parallel_tool_use":false},
       "thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"medium"},
       "metadata":{"user_id":"user_1"},"context_management":{"edits":[]},"stop_sequences":["END"],
       "temperature":1,"service_tier":"auto","top_p":null}
      """;

  private static ModelRequest read(String body) {
    return DIALECT.readRequest(Samples.tree(body));
  }

  private static String written(ModelRequest request) {
    Losses losses = new Losses();
    String body = Json.write(DIALECT.writeRequest(request, losses));
    assertThat(losses.harmful()).isEmpty();
    assertThat(losses.harmless()).isEmpty();
    return body;
  }

  private static ModelRequest request(String model, ModelRequest.Turn... turns) {
    ModelRequest plain = Samples.plain();
    return new ModelRequest(
        model,
        List.of(),
        List.of(turns),
        List.of(),
        ToolUse.DEFAULT,
        ModelRequest.Sampling.DEFAULT,
        null,
        OutputForm.TEXT,
        plain.stream(),
        plain.streamUsage(),
        null,
        List.of());
  }

  private static ModelRequest.Sampling limited(@Nullable Long maxTokens) {
    return new ModelRequest.Sampling(
        maxTokens, null, null, null, List.of(), null, null, null, null, null);
  }

  private static ModelRequest thinking(
      String model, @Nullable Long maxTokens, ModelRequest.Reasoning reasoning) {
    ModelRequest plain = request(model, Samples.user(new Part.Text("Hi")));
    return new Samples.Change(new Samples.Change(plain).sampling(limited(maxTokens)))
        .reasoning(reasoning);
  }

  @Test
  void shouldReadACodingAssistantsCall() {
    ModelRequest read = read(CODING_ASSISTANT);

    assertThat(read.system())
        .containsExactly(
            new Part.Text("You are a coder.", MARK),
            new Part.Text("Repo: x", new Part.CacheMark("1h")));
    assertThat(read.turns())
        .containsExactly(
            Samples.user(
                new Part.Text("Look at a.png"),
                new Part.Media(
                    Part.Media.Kind.IMAGE,
                    new Part.Source.Inline("image/png", "iVBORw0KGgo="),
                    null,
                    null,
                    null)),
            new ModelRequest.Turn(ModelRequest.Role.SYSTEM, List.of(new Part.Text("Be quick."))),
            Samples.assistant(
                new Part.Thinking("I read it.", "EqQBCgIYAhIM"),
                new Part.Thinking("", "EqQBCgIYAhIN"),
                new Part.HiddenThinking(null, "EmwKAhgBEgy3va3pzix"),
                new Part.Text("I look."),
                new Part.ToolCall(
                    "toolu_01A", "Read", "{\"path\":\"a.png\",\"at\":1.5}", null, null),
                new Part.ToolCall("toolu_01B", "Bash", "{}", null, null)),
            Samples.user(
                new Part.ToolResult(
                    "toolu_01A",
                    "Read",
                    List.of(
                        new Part.Text("ok"),
                        new Part.Media(
                            Part.Media.Kind.IMAGE,
                            new Part.Source.Address("https://example.com/a.png", null),
                            null,
                            null,
                            null)),
                    false,
                    null),
                new Part.ToolResult(
                    "toolu_01B", "Bash", List.of(new Part.Text("no")), true, MARK)));
    assertThat(read.tools())
        .extracting(Tool::name, Tool::strict, Tool::cache)
        .containsExactly(tuple("Read", null, MARK), tuple("Bash", true, null));
    assertThat(read.toolUse()).isEqualTo(new ToolUse(ToolUse.Choice.AUTO, null, true));
    assertThat(read.reasoning()).isEqualTo(new ModelRequest.Reasoning("medium", null));
    assertThat(read.caller()).isEqualTo("user_1");
    assertThat(read.stream()).isTrue();
    assertThat(read.streamUsage()).isTrue();
    assertThat(read.leftovers())
        .containsExactlyInAnyOrder(
            new Leftover("tools[0].eager_input_streaming", true),
            new Leftover("thinking.display", true),
            new Leftover("context_management", true),
            new Leftover("service_tier", true));
  }

  @Test
  void shouldNameWhatItCannotRead() {
    ModelRequest read =
        read(
            """
            {"model":"m","max_tokens":9,"container":"c","inference_geo":"us",
             "mcp_servers":[{"type":"url","url":"https://example.com"}],
             "messages":[{"role":"user","content":[
               {"type":"text","text":"a"},
               {"type":"document","title":"t","context":"c","citations":{"enabled":true},
                "source":{"type":"text","media_type":"text/plain","data":"long"}},
               {"type":"search_result","source":"s","title":"t","content":[]},
               {"type":"tool_use","id":"1","name":"n","input":{},"caller":{"type":"code_execution_20250825","tool_id":"x"}}]}],
             "tools":[{"type":"web_search_20250305","name":"web_search"},
               {"name":"f","input_schema":{"type":"object"},"input_examples":[{}]}],
             "metadata":{"user_id":"u","team":"t"},"output_config":{"effort":"max"}}
            """);

    assertThat(read.turns().getFirst().parts())
        .containsExactly(
            new Part.Text("a"),
            new Part.Text("long"),
            new Part.ToolCall("1", "n", "{}", null, null));
    assertThat(read.leftovers())
        .containsExactlyInAnyOrder(
            new Leftover("messages[0].content[1].citations", false),
            new Leftover("messages[0].content[1].title", true),
            new Leftover("messages[0].content[1].context", false),
            new Leftover("messages[0].content[2]", false),
            new Leftover("messages[0].content[3].caller", false),
            new Leftover("tools[0]", false),
            new Leftover("tools[1].input_examples", false),
            new Leftover("metadata.team", true),
            new Leftover("output_config.effort", true),
            new Leftover("container", false),
            new Leftover("inference_geo", false),
            new Leftover("mcp_servers", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          [] | body
          {"messages":[]} | model
          {"model":"m"} | messages
          {"model":"m","messages":{}} | messages
          {"model":"m","messages":[{"role":"robot","content":"a"}]} | messages[0].role
          {"model":"m","messages":[{"role":"user"}]} | messages[0].content
          {"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]} | messages[0].content[0].text
          {"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"n","input":"{}"}]}]} | messages[0].content[0].input
          {"model":"m","messages":[],"max_tokens":"9"} | max_tokens
          {"model":"m","messages":[],"max_tokens":0} | max_tokens
          {"model":"m","messages":[],"thinking":{"type":"enabled"}} | thinking.budget_tokens
          {"model":"m","messages":[],"tool_choice":{"type":"tool"}} | tool_choice.name
          {"model":"m","messages":[],"tools":[{"name":"n","input_schema":"s"}]} | tools[0].input_schema
          {"model":"m","messages":[],"stop_sequences":[1]} | stop_sequences[0]
          """)
  void shouldNameTheFieldThatIsWrong(String body, String field) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void shouldWriteNoFieldThatNobodyAskedFor() {
    assertThat(written(request("claude-opus-5", Samples.user(new Part.Text("Hi")))))
        .isEqualTo(
            "{\"model\":\"claude-opus-5\",\"max_tokens\":4096,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
  }

  /// Wire case 7.
  @Test
  void shouldPutParallelResultsIntoOneUsersTurn() {
    String body =
        written(
            request(
                "claude-opus-5",
                Samples.user(new Part.Text("Time?")),
                Samples.assistant(
                    new Part.Text(""),
                    new Part.ToolCall("call_1", "clock", "{\"b\":1.50,\"a\":[]}", null, null),
                    new Part.ToolCall("functions.clock:1", "clock", "", null, null)),
                Samples.user(
                    new Part.ToolResult(
                        "call_1", null, List.of(new Part.Text("9:00")), false, null)),
                Samples.user(
                    new Part.Text("And then?"),
                    new Part.ToolResult("functions.clock:1", null, List.of(), true, MARK))));

    assertThat(body)
        .endsWith(
            "\"messages\":[{\"role\":\"user\",\"content\":\"Time?\"},"
                + "{\"role\":\"assistant\",\"content\":["
                + "{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"clock\","
                + "\"input\":{\"b\":1.50,\"a\":[]}},"
                + "{\"type\":\"tool_use\",\"id\":\"functions_clock_1\",\"name\":\"clock\","
                + "\"input\":{}}]},"
                + "{\"role\":\"user\",\"content\":["
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"call_1\",\"content\":\"9:00\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"functions_clock_1\","
                + "\"is_error\":true,\"cache_control\":{\"type\":\"ephemeral\"}},"
                + "{\"type\":\"text\",\"text\":\"And then?\"}]}]}");
  }

  @Test
  void shouldRefuseArgumentsThatAreNoObject() {
    ModelRequest request =
        request(
            "claude-opus-5",
            Samples.assistant(new Part.ToolCall("call_1", "clock", "{\"a\":", null, null)));

    assertThatThrownBy(() -> DIALECT.writeRequest(request, new Losses()))
        .isInstanceOf(DialectException.class)
        .hasMessageContaining("call_1");
  }

  /// Wire case 16.
  @Test
  void shouldMarkEveryKindOfBlock() {
    Part.Source stored = new Part.Source.Stored("file_1");
    ModelRequest plain =
        request(
            "claude-opus-5",
            Samples.user(
                new Part.Text("a", MARK),
                new Part.Media(Part.Media.Kind.IMAGE, stored, null, null, MARK),
                new Part.Media(Part.Media.Kind.FILE, stored, "a.pdf", null, MARK)),
            Samples.assistant(new Part.ToolCall("1", "f", "{}", null, MARK)),
            Samples.user(new Part.ToolResult("1", "f", List.of(), false, MARK)));
    ModelRequest marked =
        new Samples.Change(plain)
            .turns(plain.turns(), List.of(new Tool("f", null, null, null, MARK)));

    String body = written(marked);

    assertThat(body.split("\"cache_control\":\\{\"type\":\"ephemeral\"}", -1)).hasSize(7);
    assertThat(read(body).turns()).isEqualTo(marked.turns());
  }

  /// Wire case 18.
  @Test
  void shouldKeepSignedAndHiddenThinkingAndOnlyItsOwn() {
    Losses losses = new Losses();
    ModelRequest request =
        request(
            "claude-opus-5",
            Samples.user(new Part.Text("Hi")),
            Samples.assistant(
                new Part.Thinking("So.", "sig"),
                new Part.Thinking("", "sig2"),
                new Part.HiddenThinking(null, "data"),
                new Part.Thinking("not signed", null),
                new Part.HiddenThinking("rs_1", Origin.MARK + "resp+another's"),
                new Part.HiddenThinking("rs_2", "told with an id"),
                new Part.Text("Hello")));

    ObjectNode body = DIALECT.writeRequest(request, losses);

    assertThat(body.at("/messages/1/content"))
        .isEqualTo(
            Samples.tree(
                """
                [{"type":"thinking","thinking":"So.","signature":"sig"},
                 {"type":"thinking","thinking":"","signature":"sig2"},
                 {"type":"redacted_thinking","data":"data"},
                 {"type":"redacted_thinking","data":"told with an id"},
                 {"type":"text","text":"Hello"}]
                """));
    assertThat(losses.harmless()).containsExactly(Feature.REASONING_REPLAY);
    assertThat(losses.harmful()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          claude-opus-5, 500, high, -, adaptive, -, high, 500
          claude-sonnet-4-6, 500, low, -, adaptive, -, low, 500
          claude-opus-4-7, 9000, -, 4096, adaptive, -, medium, 9000
          anthropic/claude-sonnet-4.5, 9000, medium, -, enabled, 4096, -, 9000
          claude-haiku-4-5-20251001, 2000, high, -, enabled, 1999, -, 2000
          claude-3-7-sonnet-latest, -, high, -, enabled, 16384, -, 20480
          claude-sonnet-4-20250514, 9000, -, 100, enabled, 1024, -, 9000
          glm-5, 9000, -, 5000, enabled, 5000, -, 9000
          glm-5, 3000, -, 5000, adaptive, -, medium, 3000
          claude-opus-5, 9000, none, -, disabled, -, -, 9000
          claude-opus-5, 9000, -, 0, disabled, -, -, 9000
          """)
  void shouldAskForThinkingAsTheModelKnowsIt(
      String model,
      @Nullable Long limit,
      @Nullable String effort,
      @Nullable Long budget,
      String type,
      @Nullable Long writtenBudget,
      @Nullable String writtenEffort,
      long maxTokens) {
    ModelRequest request = thinking(model, limit, new ModelRequest.Reasoning(effort, budget));

    var body = Samples.tree(written(request));

    assertThat(body.at("/thinking/type").textValue()).isEqualTo(type);
    assertThat(body.at("/thinking/budget_tokens").numberValue())
        .isEqualTo(writtenBudget == null ? null : writtenBudget.intValue());
    assertThat(body.at("/output_config/effort").textValue()).isEqualTo(writtenEffort);
    assertThat(body.path("max_tokens").longValue()).isEqualTo(maxTokens);
  }

  @Test
  void shouldSayThatThereIsNoRoomToThink() {
    Losses losses = new Losses();

    ObjectNode body =
        DIALECT.writeRequest(
            thinking("claude-haiku-4-5", 1_024L, new ModelRequest.Reasoning("high", null)), losses);

    assertThat(body.at("/thinking/type").textValue()).isEqualTo("disabled");
    assertThat(losses.harmless()).containsExactly(Feature.REASONING_EFFORT);
  }

  @Test
  void shouldNameWhatTheVendorRefusesBesideThinking() {
    Losses losses = new Losses();
    ModelRequest thinks =
        thinking("claude-sonnet-4-5", 9_000L, new ModelRequest.Reasoning(null, 2_000L));
    ModelRequest sampled =
        new Samples.Change(
                new Samples.Change(thinks)
                    .sampling(
                        new ModelRequest.Sampling(
                            9_000L, 0.5, 0.5, 5L, List.of(), null, null, null, 1L, null)))
            .toolUse(new ToolUse(ToolUse.Choice.REQUIRED, null, null));

    ObjectNode body = DIALECT.writeRequest(sampled, losses);

    assertThat(losses.harmful())
        .containsExactlyInAnyOrder(
            Feature.TEMPERATURE, Feature.TOP_P, Feature.TOP_K, Feature.TOOL_CHOICE);
    assertThat(body.has("temperature")).isFalse();
  }

  @Test
  void shouldNameATemperatureThatIsTooHigh() {
    Losses losses = new Losses();
    ModelRequest hot =
        new Samples.Change(Samples.plain())
            .sampling(
                new ModelRequest.Sampling(
                    9L, 1.5, null, null, List.of(), null, 0.0, null, null, null));

    DIALECT.writeRequest(hot, losses);

    assertThat(losses.harmful()).containsExactly(Feature.TEMPERATURE);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-4-8,true",
    "claude-opus-5-5-20261001,true",
    "claude-opus-4-7,false",
    "anthropic.claude-opus-5,false",
    "glm-5,false"
  })
  void shouldKeepInstructionsInTheirPlaceWhereTheModelTakesThem(String model, boolean takes) {
    Losses losses = new Losses();
    ModelRequest.Turn told =
        new ModelRequest.Turn(ModelRequest.Role.SYSTEM, List.of(new Part.Text("Be brief.")));

    ObjectNode body =
        DIALECT.writeRequest(
            request(
                model,
                Samples.user(new Part.Text("a")),
                told,
                Samples.assistant(new Part.Text("b")),
                Samples.user(new Part.Text("c"))),
            losses);

    assertThat(body.path("system").asText()).isEqualTo(takes ? "" : "Be brief.");
    assertThat(body.at("/messages/1/role").textValue()).isEqualTo(takes ? "system" : "assistant");
    assertThat(losses.harmless().contains(Feature.SYSTEM_AMID_TURNS)).isEqualTo(!takes);
  }

  @Test
  void shouldPutInstructionsThatFitNowhereBeforeAllTurns() {
    Losses losses = new Losses();
    ModelRequest.Turn told =
        new ModelRequest.Turn(ModelRequest.Role.SYSTEM, List.of(new Part.Text("Be brief.")));

    ObjectNode body =
        DIALECT.writeRequest(
            request(
                "claude-opus-5",
                Samples.user(new Part.Text("a")),
                told,
                Samples.user(new Part.Text("b"))),
            losses);

    assertThat(body.path("system").textValue()).isEqualTo("Be brief.");
    assertThat(body.at("/messages/0/content/1/text").textValue()).isEqualTo("b");
    assertThat(losses.harmless()).containsExactly(Feature.SYSTEM_AMID_TURNS);
  }

  /// Wire case 20.
  @Test
  void shouldAskForASchemaAsTheVendorDoes() {
    ModelRequest request =
        new Samples.Change(request("claude-opus-5", Samples.user(new Part.Text("Hi"))))
            .form(new OutputForm.Schema("place", "A place.", Samples.SCHEMA, true));

    ObjectNode body = DIALECT.writeRequest(request, new Losses());

    assertThat(body.at("/output_config/format/type").textValue()).isEqualTo("json_schema");
    assertThat(Json.write(body.at("/output_config/format/schema")))
        .startsWith("{\"type\":\"object\",\"properties\":{\"zone\":")
        .endsWith(",\"description\":\"A place.\"}");
    assertThat(Samples.SCHEMA.has("description")).isFalse();
  }

  @Test
  void shouldGiveEveryToolASchema() {
    ModelRequest plain = request("claude-opus-5", Samples.user(new Part.Text("Hi")));
    ModelRequest request =
        new Samples.Change(plain)
            .turns(
                plain.turns(),
                List.of(
                    new Tool("a", null, null, null, null),
                    new Tool("b", null, Samples.tree("{}"), null, null),
                    new Tool("c", null, Samples.tree("{\"required\":[]}"), null, null)));

    assertThat(written(request))
        .contains(
            "\"tools\":[{\"name\":\"a\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
                + "{\"name\":\"b\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
                + "{\"name\":\"c\",\"input_schema\":{\"required\":[],\"type\":\"object\"}}]");
  }
}

package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.platform.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gemini's calls and whole answers as they are on the wire.
final class GeminiWireTest {
  private static final String CALLS =
      """
      {"contents": [
        {"role": "user", "parts": [{"text": "Paris and London?"}]},
        {"role": "model", "parts": [
          {"functionCall": {"name": "weather", "args": {"city": "Paris", "days": 1.10}},
           "thoughtSignature": "CsQB"},
          {"functionCall": {"name": "time", "args": {}}},
          {"functionCall": {"name": "weather", "args": {"city": "London"}}}]},
        {"role": "user", "parts": [
          {"functionResponse": {"name": "weather", "response": {"output": "sunny"}}},
          {"functionResponse": {"name": "weather", "response": {"error": "no such city"}}},
          {"functionResponse": {"name": "time", "response": {"hour": 9, "zone": "CET"}}}]}]}
      """;

  private final GeminiDialect gemini = new GeminiDialect();

  private ModelRequest read(String json) {
    return gemini.readRequest(Samples.tree(json));
  }

  private ModelRequest read(String field, String json) {
    return read("{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}],\"" + field + "\":" + json + "}");
  }

  private ObjectNode written(ModelRequest request) {
    return gemini.writeRequest(request, new Losses());
  }

  private static ModelRequest named(ModelRequest r, String model) {
    return new ModelRequest(
        model,
        r.system(),
        r.turns(),
        r.tools(),
        r.toolUse(),
        r.sampling(),
        r.reasoning(),
        r.form(),
        r.stream(),
        r.streamUsage(),
        r.caller(),
        r.leftovers());
  }

  @Test
  void shouldReadAFullCall() {
    ModelRequest request =
        read(
            """
            {"systemInstruction": {"parts": [{"text": "You are a cat."}]},
             "contents": [{"role": "user", "parts": [
                {"text": "What is this?"},
                {"inlineData": {"mimeType": "image/jpeg", "data": "/9j/4AAQ"}},
                {"fileData": {"mimeType": "video/mp4", "fileUri":
                  "https://generativelanguage.googleapis.com/v1beta/files/abc-123"}},
                {"fileData": {"fileUri": "https://www.youtube.com/watch?v=9hE5-98ZeCg"}}]}],
             "generationConfig": {"temperature": 1.0, "topP": 0.8, "topK": 10.0,
               "maxOutputTokens": 800, "stopSequences": ["Title"], "seed": 5,
               "presencePenalty": 0.5, "frequencyPenalty": -0.5, "candidateCount": 1,
               "responseModalities": ["TEXT"], "responseMimeType": "text/plain"}}
            """);

    assertThat(request.system()).containsExactly(new Part.Text("You are a cat."));
    assertThat(request.turns())
        .containsExactly(
            Samples.user(
                new Part.Text("What is this?"),
                media(Part.Media.Kind.IMAGE, new Part.Source.Inline("image/jpeg", "/9j/4AAQ")),
                media(
                    Part.Media.Kind.VIDEO,
                    new Part.Source.Stored(
                        "https://generativelanguage.googleapis.com/v1beta/files/abc-123")),
                media(
                    Part.Media.Kind.VIDEO,
                    new Part.Source.Address("https://www.youtube.com/watch?v=9hE5-98ZeCg", null))));
    assertThat(request.sampling())
        .isEqualTo(
            new ModelRequest.Sampling(
                800L, 1.0, 0.8, 10L, List.of("Title"), 5L, 0.5, -0.5, null, null));
    assertThat(request.leftovers()).isEmpty();
    assertThat(request.form()).isEqualTo(OutputForm.TEXT);
  }

  private static Part.Media media(Part.Media.Kind kind, Part.Source source) {
    return new Part.Media(kind, source, null, null, null);
  }

  @Test
  void shouldReadBothSpellingsAlike() {
    String camel =
        """
        {"systemInstruction": {"parts": [{"text": "Brief."}]},
         "contents": [{"role": "user", "parts": [
            {"inlineData": {"mimeType": "image/png", "data": "iVBO"}}]}],
         "tools": [{"functionDeclarations": [
            {"name": "f", "parametersJsonSchema": {"type": "object", "a_b": 1}}]}],
         "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
         "generationConfig": {"maxOutputTokens": 9, "thinkingConfig": {"thinkingBudget": 64,
            "includeThoughts": true}}}
        """;
    String snake =
        camel
            .replace("systemInstruction", "system_instruction")
            .replace("inlineData", "inline_data")
            .replace("mimeType", "mime_type")
            .replace("functionDeclarations", "function_declarations")
            .replace("parametersJsonSchema", "parameters_json_schema")
            .replace("toolConfig", "tool_config")
            .replace("functionCallingConfig", "function_calling_config")
            .replace("allowedFunctionNames", "allowed_function_names")
            .replace("generationConfig", "generation_config")
            .replace("maxOutputTokens", "max_output_tokens")
            .replace("thinkingConfig", "thinking_config")
            .replace("thinkingBudget", "thinking_budget")
            .replace("includeThoughts", "include_thoughts");

    assertThat(read(snake)).isEqualTo(read(camel));
    assertThat(read(camel).leftovers()).isEmpty();
    assertThat(read(camel).toolUse()).isEqualTo(new ToolUse(ToolUse.Choice.NAMED, "f", null));
    assertThat(read(camel).tools().getFirst().schema())
        .isEqualTo(Samples.tree("{\"type\":\"object\",\"a_b\":1}"));
  }

  @Test
  void shouldRefuseAFieldInBothSpellings() {
    assertThatThrownBy(
            () -> read("generation_config", "{\"maxOutputTokens\":1,\"max_output_tokens\":2}"))
        .isInstanceOfSatisfying(
            DialectException.class,
            e -> assertThat(e.field()).isEqualTo("generation_config.max_output_tokens"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "generationConfig|{'temperature':'hot'}|generationConfig.temperature",
        "generationConfig|{'topK':1.5}|generationConfig.topK",
        "generationConfig|{'thinkingConfig':{'thinkingLevel':'deep'}}"
            + "|generationConfig.thinkingConfig.thinkingLevel",
        "generation_config|{'thinking_config':{'thinking_budget':1,'thinking_level':'low'}}"
            + "|generation_config.thinking_config.thinking_level",
        "tools|[{'functionDeclarations':[{'description':'x'}]}]"
            + "|tools[0].functionDeclarations[0].name",
        "toolConfig|{'functionCallingConfig':{'mode':'SOME'}}"
            + "|toolConfig.functionCallingConfig.mode",
        "system_instruction|'Brief.'|system_instruction"
      })
  void shouldNameAFieldOfAWrongForm(String field, String json, String named) {
    assertThatThrownBy(() -> read(field, json.replace('\'', '"')))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo(named));
  }

  @Test
  void shouldRefuseATurnThatItCannotRead() {
    assertThatThrownBy(() -> read("{\"contents\":[{\"role\":\"system\",\"parts\":[]}]}"))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo("contents[0].role"));
    assertThatThrownBy(
            () ->
                read(
                    "{\"contents\":[{\"parts\":[{\"functionResponse\":"
                        + "{\"name\":\"f\",\"response\":{}}}]}]}"))
        .isInstanceOfSatisfying(
            DialectException.class,
            e -> assertThat(e.field()).isEqualTo("contents[0].parts[0].functionResponse.name"));
    assertThatThrownBy(
            () ->
                read(
                    "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"fileData\":"
                        + "{\"fileUri\":\"https://example.com/a.png\"}}]}]}"))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo("contents[0].parts[0]"));
    assertThatThrownBy(() -> read("{}"))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo("contents"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "safetySettings|[{'category':'C','threshold':'BLOCK_NONE'}]|safetySettings[0]|true",
        "safety_settings|[{'category':'C','threshold':'BLOCK_ONLY_HIGH'}]"
            + "|safety_settings[0]|false",
        "cachedContent|'cachedContents/x'|cachedContent|false",
        "tools|[{'google_search':{}}]|tools[0].google_search|false",
        "labels|{'team':'a'}|labels|true",
        "generationConfig|{'speechConfig':{'a':1}}|generationConfig.speechConfig|false",
        "generationConfig|{'responseModalities':['IMAGE']}"
            + "|generationConfig.responseModalities|false",
        "generationConfig|{'thinkingConfig':{'includeThoughts':true}}"
            + "|generationConfig.thinkingConfig.includeThoughts|true",
        "toolConfig|{'functionCallingConfig':{'mode':'AUTO','allowedFunctionNames':[]},"
            + "'retrievalConfig':{'languageCode':'fr'}}|toolConfig.retrievalConfig|false"
      })
  void shouldNameWhatItCannotCarry(String field, String json, String named, boolean harmless) {
    assertThat(read(field, json.replace('\'', '"')).leftovers())
        .containsExactly(new Leftover(named, harmless));
  }

  @Test
  void shouldNameWhatItCannotCarryOfAPart() {
    ModelRequest request =
        read(
            """
            {"contents": [{"role": "model", "parts": [
               {"executableCode": {"language": "PYTHON", "code": "1"}}]},
              {"parts": {"fileData": {"fileUri": "https://example.com/a.mp4"},
                "videoMetadata": {"startOffset": "40s"}, "thought": null}}]}
            """);

    assertThat(request.leftovers())
        .containsExactly(
            new Leftover("contents[0].parts[0].executableCode", false),
            new Leftover("contents[1].parts.videoMetadata", false));
  }

  @Test
  void shouldMatchResultsWithCallsByNameInTheirOrder() {
    ModelRequest request = read(CALLS);

    assertThat(request.turns().get(1).parts())
        .containsExactly(
            new Part.ToolCall(
                "call_0", "weather", "{\"city\":\"Paris\",\"days\":1.1}", "CsQB", null),
            new Part.ToolCall("call_1", "time", "{}", null, null),
            new Part.ToolCall("call_2", "weather", "{\"city\":\"London\"}", null, null));
    assertThat(request.turns().get(2).parts())
        .containsExactly(
            new Part.ToolResult("call_0", "weather", List.of(new Part.Text("sunny")), false, null),
            new Part.ToolResult(
                "call_2", "weather", List.of(new Part.Text("no such city")), true, null),
            new Part.ToolResult(
                "call_1",
                "time",
                List.of(new Part.Text("{\"hour\":9,\"zone\":\"CET\"}")),
                false,
                null));
  }

  @Test
  void shouldWriteCallsWithTheirSignaturesAndResultsAsTheyWere() {
    ObjectNode written = written(read(CALLS));

    assertThat(written.at("/contents/1/parts/0").toString())
        .isEqualTo(
            "{\"functionCall\":{\"id\":\"call_0\",\"name\":\"weather\","
                + "\"args\":{\"city\":\"Paris\",\"days\":1.1}},\"thoughtSignature\":\"CsQB\"}");
    assertThat(written.at("/contents/2/parts/1").toString())
        .isEqualTo(
            "{\"functionResponse\":{\"id\":\"call_2\",\"name\":\"weather\","
                + "\"response\":{\"error\":\"no such city\"}}}");
    assertThat(written.at("/contents/2/parts/2/functionResponse/response").toString())
        .isEqualTo("{\"hour\":9,\"zone\":\"CET\"}");
  }

  @Test
  void shouldKeepTheDigitsAndTheOrderOfArguments() {
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.assistant(
                        new Part.ToolCall(
                            "c", "f", "{\"z\":1.10,\"a\":9007199254740993}", null, null))),
                List.of());

    assertThat(written(request).at("/contents/0/parts/0/functionCall/args").toString())
        .isEqualTo("{\"z\":1.10,\"a\":9007199254740993}");
  }

  @Test
  void shouldRefuseArgumentsThatAreNoObject() {
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(Samples.assistant(new Part.ToolCall("c", "f", "{\"a\":", null, null))),
                List.of());

    assertThatThrownBy(() -> written(request))
        .isInstanceOfSatisfying(
            DialectException.class, e -> assertThat(e.field()).isEqualTo("arguments"));
  }

  @Test
  void shouldPutParallelResultsIntoOneTurnAndNameTheirTools() {
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.assistant(
                        new Part.ToolCall("a", "f", "", null, null),
                        new Part.ToolCall("b", "g", "{}", null, null)),
                    Samples.user(new Part.ToolResult("a", null, List.of(), false, null)),
                    Samples.user(
                        new Part.ToolResult(
                            "b", null, List.of(new Part.Text("{\"output\":1}")), false, null)),
                    Samples.user(new Part.Text("And?"))),
                List.of());

    assertThat(written(request).at("/contents/1/parts").toString())
        .isEqualTo(
            "[{\"functionResponse\":{\"id\":\"a\",\"name\":\"f\",\"response\":{}}},"
                + "{\"functionResponse\":{\"id\":\"b\",\"name\":\"g\","
                + "\"response\":{\"output\":\"{\\\"output\\\":1}\"}}},{\"text\":\"And?\"}]");
  }

  @Test
  void shouldWriteInlineMediaOfAResultAndNameMediaAtAnAddress() {
    Losses losses = new Losses();
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.assistant(new Part.ToolCall("a", "f", "{}", null, null)),
                    Samples.user(
                        new Part.ToolResult(
                            "a",
                            null,
                            List.of(
                                new Part.Text("Two:"),
                                media(
                                    Part.Media.Kind.IMAGE,
                                    new Part.Source.Inline("image/png", "iVBO")),
                                media(
                                    Part.Media.Kind.IMAGE,
                                    new Part.Source.Address("https://example.com/a.png", null))),
                            false,
                            null))),
                List.of());

    assertThat(gemini.writeRequest(request, losses).at("/contents/1/parts").toString())
        .isEqualTo(
            "[{\"functionResponse\":{\"id\":\"a\",\"name\":\"f\",\"response\":"
                + "{\"output\":\"Two:\"},\"parts\":[{\"inlineData\":"
                + "{\"mimeType\":\"image/png\",\"data\":\"iVBO\"}}]}}]");
    assertThat(losses.harmful()).containsExactly(Feature.TOOL_RESULT_MEDIA);
  }

  @Test
  void shouldTellNewerModelsThatACallWasNotMadeByThem() {
    ModelRequest request = named(Samples.tools(null), "gemini-3-pro-preview");

    JsonNode parts = written(request).at("/contents/1/parts");

    assertThat(parts.at("/1/thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
    assertThat(parts.at("/2").has("thoughtSignature")).isFalse();
    assertThat(gemini.readRequest(written(request)).turns()).isEqualTo(request.turns());
    assertThat(written(named(request, "gemini-2.5-pro")).toString())
        .doesNotContain("thoughtSignature");
    assertThat(written(named(Samples.tools("real"), "models/gemini-3.8-flash")).toString())
        .contains("\"thoughtSignature\":\"real\"")
        .doesNotContain("skip_thought");
  }

  @Test
  void shouldPutInstructionsAmidTheTurnsAtTheTopAndSaySo() {
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.user(new Part.Text("Hi")),
                    new ModelRequest.Turn(
                        ModelRequest.Role.SYSTEM, List.of(new Part.Text("Now in French."))),
                    Samples.user(new Part.Text("Go on."))),
                List.of());
    Losses losses = new Losses();

    ObjectNode written = gemini.writeRequest(request, losses);

    assertThat(written.at("/systemInstruction/parts").toString())
        .isEqualTo("[{\"text\":\"Be brief.\"},{\"text\":\"Now in French.\"}]");
    assertThat(written.at("/contents").toString())
        .isEqualTo("[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"},{\"text\":\"Go on.\"}]}]");
    assertThat(losses.harmless()).containsExactly(Feature.SYSTEM_AMID_TURNS);
    assertThat(losses.harmful()).isEmpty();
  }

  @Test
  void shouldReadTheOlderSchemaAsJsonSchema() {
    ModelRequest request =
        read(
            "tools",
            """
            [{"functionDeclarations": [{"name": "book", "description": "Books.", "parameters":
              {"type": "OBJECT", "properties": {
                "type": {"type": "STRING", "enum": ["STRING", "b"], "nullable": true},
                "many": {"type": "ARRAY", "min_items": "1", "items": {"type": "INTEGER"}}},
               "required": ["type"]}}]}]
            """);

    assertThat(Json.write(request.tools().getFirst().schema()))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{"
                + "\"type\":{\"type\":[\"string\",\"null\"],\"enum\":[\"STRING\",\"b\"]},"
                + "\"many\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"integer\"}}},"
                + "\"required\":[\"type\"]}");
  }

  @Test
  void shouldWriteAWholeCallWithNothingThatWasNotAskedFor() {
    assertThat(written(Samples.plain()).toString())
        .isEqualTo(
            "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":["
                + "{\"role\":\"user\",\"parts\":[{\"text\":\"What time is it?\"}]},"
                + "{\"role\":\"model\",\"parts\":[{\"text\":\"Where?\"}]},"
                + "{\"role\":\"user\",\"parts\":[{\"text\":\"几点了？ \\\"Lyon\\\"\\n😀\"}]}],"
                + "\"generationConfig\":{\"maxOutputTokens\":500}}");
  }

  @Test
  void shouldWriteToolsAsJsonSchemaAndStrictOnesAsValidated() {
    ObjectNode written = written(Samples.featured().get(Feature.TOOL_STRICT));

    assertThat(written.at("/tools").toString())
        .isEqualTo(
            "[{\"functionDeclarations\":[{\"name\":\"clock\",\"parametersJsonSchema\":"
                + Samples.SCHEMA
                + "}]}]");
    assertThat(written.at("/toolConfig").toString())
        .isEqualTo("{\"functionCallingConfig\":{\"mode\":\"VALIDATED\"}}");
    assertThat(written(Samples.featured().get(Feature.TOOL_CHOICE)).at("/toolConfig").toString())
        .isEqualTo(
            "{\"functionCallingConfig\":{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"clock\"]}}");
  }

  @Test
  void shouldWriteASchemaOfTheAnswerAsJsonSchema() {
    assertThat(
            written(Samples.featured().get(Feature.JSON_SCHEMA)).at("/generationConfig").toString())
        .isEqualTo(
            "{\"maxOutputTokens\":500,\"responseMimeType\":\"application/json\","
                + "\"responseJsonSchema\":"
                + Samples.SCHEMA
                + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gemini-3-pro-preview|low|{'thinkingLevel':'low','includeThoughts':true}",
        "gemini-2.5-flash|low|{'thinkingBudget':1024,'includeThoughts':true}",
        "models/gemini-2.5-pro|high|{'thinkingBudget':16384,'includeThoughts':true}",
        "gemini-2.5-flash|none|{'thinkingBudget':0}"
      })
  void shouldWriteAnEffortAsTheModelKnowsIt(String model, String effort, String config) {
    ModelRequest request =
        new Samples.Change(Samples.plain()).reasoning(new ModelRequest.Reasoning(effort, null));

    assertThat(written(named(request, model)).at("/generationConfig/thinkingConfig").toString())
        .isEqualTo(config.replace('\'', '"'));
  }

  @Test
  void shouldReadNoBudgetAsNoThinkingAndTheModelsOwnAsUnsaid() {
    assertThat(read("generationConfig", "{\"thinkingConfig\":{\"thinkingBudget\":0}}").reasoning())
        .isEqualTo(new ModelRequest.Reasoning("none", null));
    assertThat(read("generationConfig", "{\"thinkingConfig\":{\"thinkingBudget\":-1}}").reasoning())
        .isNull();
    assertThat(
            read("generationConfig", "{\"thinkingConfig\":{\"thinkingLevel\":\"HIGH\"}}")
                .reasoning())
        .isEqualTo(new ModelRequest.Reasoning("high", null));
  }

  @Test
  void shouldKeepThoughtsAndSignaturesOfACallWhereTheyWere() {
    String parts =
        "[{\"text\":\"Hm.\",\"thought\":true,\"thoughtSignature\":\"AAA=\"},"
            + "{\"text\":\"Well.\",\"thought\":true},"
            + "{\"text\":\"Nine.\",\"thoughtSignature\":\"BBB=\"},"
            + "{\"text\":\"\",\"thoughtSignature\":\"CCC=\"}]";
    ModelRequest request = read("{\"contents\":[{\"role\":\"model\",\"parts\":" + parts + "}]}");

    assertThat(request.turns().getFirst().parts())
        .containsExactly(
            new Part.Thinking("Hm.", "AAA="),
            new Part.Thinking("Well.", null),
            new Part.Text("Nine."),
            new Part.Thinking("", "BBB="),
            new Part.Thinking("", "CCC="));
    assertThat(written(request).at("/contents/0/parts").toString()).isEqualTo(parts);
  }
}

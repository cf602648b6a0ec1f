package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What each common coding assistant sends, with all that is peculiar to it: kept byte for byte at
/// a model of its own dialect, and served by models of the others, or refused by the field's name.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssistantPatternsIT {
  private static final String PICTURE =
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}";

  /// Assistants that chat.
  enum Chatting {
    /// Instructions and tools in words, pictures, the model's thinking back in the history.
    CLINE(
        """
        {"model":"NAME","messages":[
          {"role":"system","content":"You are Cline. Tools are XML: <read_file>."},
          {"role":"user","content":[{"type":"text","text":"<task>\\nMend it.\\n</task>"},PICTURE]},
          {"role":"assistant","content":"<read_file><path>a.c</path></read_file>",
           "reasoning_content":"I read first."},
          {"role":"user","content":[{"type":"text","text":"[read_file for 'a.c'] Result:"},
            {"type":"text","text":"int main;"}]}],
         "temperature":0,"stream":true,"stream_options":{"include_usage":true}}
        """
            .replace("PICTURE", PICTURE)),
    /// Marks for caches on parts, a reminder of the system behind the user's words.
    AIDER(
        """
        {"model":"NAME","messages":[
          {"role":"system","content":[{"type":"text","text":"Act as an expert.",
            "cache_control":{"type":"ephemeral"}}]},
          {"role":"user","content":"I have *added these files to the chat*: a.c"},
          {"role":"assistant","content":"Ok."},
          {"role":"user","content":[{"type":"text","text":"Mend it.",
            "cache_control":{"type":"ephemeral"}}]},
          {"role":"system","content":"# *SEARCH/REPLACE block* Rules:"}],
         "temperature":0,"stream":true}
        """),
    /// Tools as a model may call them one at a time, and their results.
    CONTINUE(
        """
        {"messages":[{"role":"system","content":"You are in agent mode."},
          {"role":"user","content":"Mend it."},
          {"role":"assistant","content":" ","tool_calls":[{"id":"tool_1","type":"function",
            "function":{"name":"read_file","arguments":"{\\"filepath\\":\\"a.c\\"}"}}]},
          {"role":"tool","content":"int main;","tool_call_id":"tool_1"}],
         "model":"NAME","max_tokens":4096,"stream":true,
         "tools":[{"type":"function","function":{"name":"read_file","description":"Reads.",
           "parameters":{"type":"object","required":["filepath"],
             "properties":{"filepath":{"type":"string"}}}}}]}
        """),
    /// Many tools, a name of the user, empty words beside calls.
    CURSOR(
        """
        {"user":"a1b2c3","model":"NAME","temperature":0,"stream":true,
         "stream_options":{"include_usage":true},
         "messages":[{"role":"system","content":"You are a powerful agentic AI."},
          {"role":"user","content":"<user_query>Mend it.</user_query>"},
          {"role":"assistant","content":"","tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"read_file","arguments":"{}"}},
            {"id":"call_2","type":"function","function":{"name":"list_dir","arguments":""}}]},
          {"role":"tool","tool_call_id":"call_1","content":"int main;","name":"read_file"},
          {"role":"tool","tool_call_id":"call_2","content":""}],
         "tools":[{"type":"function","function":{"name":"read_file","parameters":{
             "type":"object","properties":{},"required":[]}}},
           {"type":"function","function":{"name":"list_dir","description":"Lists."}}],
         "tool_choice":"auto"}
        """);

    private final String call;

    Chatting(String call) {
      this.call = call;
    }

    String call(String model) {
      return call.replace("NAME", model);
    }
  }

  private static final String CLAUDE_CODE =
      """
      {"model":"NAME","messages":[{"role":"user","content":[
        {"type":"text","text":"<system-reminder>\\nBe careful.\\n</system-reminder>"},
        {"type":"text","text":"Mend it.","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
       {"role":"assistant","content":[
        {"type":"thinking","thinking":"I read.","signature":"EqQBCkYIBxgC"},
        {"type":"text","text":"I read."},
        {"type":"tool_use","id":"toolu_1","name":"Read","input":{"file_path":"/a.c"}},
        {"type":"tool_use","id":"toolu_2","name":"Read","input":{"file_path":"/b.c"}}]},
       {"role":"user","content":[
        {"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"int"}]},
        {"type":"tool_result","tool_use_id":"toolu_2","is_error":true,
         "content":"<tool_use_error>none</tool_use_error>",
         "cache_control":{"type":"ephemeral","ttl":"1h"}}]}],
       "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2"},
        {"type":"text","text":"You are Claude Code.","cache_control":{"type":"ephemeral"}}],
       "tools":[{"name":"Read","description":"Reads.","input_schema":{"type":"object",
         "$schema":"https://json-schema.org/draft/2020-12/schema","additionalProperties":false,
         "properties":{"file_path":{"type":"string"}},"required":["file_path"]},
         "eager_input_streaming":true}],
       "metadata":{"user_id":"user_1_account__session_2"},"max_tokens":32000,
       "thinking":{"type":"adaptive"},"output_config":{"effort":"medium"},
       "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},
       "stream":true}
      """;

  private static final String CODEX_HEAD =
      """
      {"model":"NAME","instructions":"You are Codex.","input":[
       {"type":"message","role":"developer","content":[{"type":"input_text","text":"Sandbox."}]},
       {"type":"message","role":"user","content":[{"type":"input_text","text":"Mend it."}]},
       {"type":"reasoning","summary":[{"type":"summary_text","text":"I read."}],"content":null,
        "encrypted_content":"gAAAAAB"},
       {"type":"function_call","name":"shell","arguments":"{\\"command\\":[\\"ls\\"]}",
        "call_id":"call_1"},
       {"type":"function_call_output","call_id":"call_1","output":"a.c"}""";

  /// What its own vendor's models call by a grammar and not by a schema, and run on the machine.
  private static final String CODEX_OWN_ITEMS =
      """
      ,
       {"type":"custom_tool_call","status":"completed","call_id":"call_2","name":"apply_patch",
        "input":"*** Begin Patch\\n*** End Patch"},
       {"type":"custom_tool_call_output","call_id":"call_2","output":"Done!"},
       {"type":"local_shell_call","call_id":"call_3","status":"completed","action":{"type":"exec",
        "command":["ls"],"env":{}}},
       {"type":"local_shell_call_output","id":"call_3","output":"a.c"}""";

  private static final String CODEX_TOOLS =
      """
      ],
       "tools":[{"type":"function","name":"shell","description":"Runs.","strict":false,
        "parameters":{"type":"object","properties":{"command":{"type":"array",
         "items":{"type":"string"}}},"required":["command"],"additionalProperties":false}}""";

  private static final String CODEX_OWN_TOOLS =
      """
      ,
       {"type":"custom","name":"apply_patch","description":"Edits.","format":{"type":"grammar",
        "syntax":"lark","definition":"start: begin"}},{"type":"local_shell"}""";

  private static final String CODEX_TAIL =
      """
      ],
       "tool_choice":"auto","parallel_tool_calls":false,
       "reasoning":{"effort":"medium","summary":"auto"},"store":false,"stream":true,
       "include":["reasoning.encrypted_content"],"prompt_cache_key":"session",
       "text":{"verbosity":"low"}}
      """;

  private static final String CODEX_EVENTS =
      """
      event: response.created
      data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}

      event: response.output_item.done
      data: {"type":"response.output_item.done","item":{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":"*** Begin Patch"}}

      event: response.completed
      data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}}

      """;

  private House house;

  @BeforeAll
  void open() {
    house = new House();
    ProviderFactory responses =
        OpenAiModule.presets(HttpProviderConfig.DEFAULT, house.vertx).stream()
            .filter(preset -> preset.dialect().equals("openai-responses"))
            .findFirst()
            .orElseThrow();
    Provider vendor =
        responses.create(
            new ProviderSettings(
                "vendor", URI.create(house.upstream.baseUrl() + "/own"), "sk-1", true));
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, vendor);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Received received() {
    return house.upstream.received().getLast();
  }

  private String receivedText() {
    return new String(received().body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepTheBytesOfAnAssistantThatChats(Chatting assistant) {
    HttpResponse<String> answer = house.chat(assistant.call("up/plain"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    // where it is not asked for, we ask for it, and take it out of the answer again
    String usage = "\"stream_options\":{\"include_usage\":true}";
    String sent = assistant.call("plain");
    boolean asked = sent.contains(usage);
    assertThat(receivedText())
        .isEqualTo(asked ? sent : sent.replace("\"stream\":true", "\"stream\":true," + usage));
    assertThat(answer.body().contains("prompt_tokens")).isEqualTo(asked);
    assertThat(answer.body()).contains("token19").endsWith("data: [DONE]\n\n");
    assertThat(answer.headers().firstValue("x-gimbal-warning")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "CLINE, claude, not sent: messages[].reasoning_content",
    "CLINE, gemini,",
    "AIDER, claude, not sent: messages[].role",
    "AIDER, gemini, 'not sent: messages[].content[].cache_control, messages[].role'",
    "CONTINUE, claude,",
    "CONTINUE, gemini,",
    "CURSOR, claude,",
    "CURSOR, gemini, not sent: user"
  })
  void shouldServeAnAssistantThatChatsByAnotherDialect(
      Chatting assistant, String provider, String warning) throws IOException {
    HttpResponse<String> answer = house.chat(assistant.call(provider + "/plain"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("token19").endsWith("data: [DONE]\n\n");
    assertThat(answer.headers().firstValue("x-gimbal-warning").orElse(null)).isEqualTo(warning);
    JsonNode call = Json.tree(assistant.call("m"));
    for (JsonNode message : call.path("messages")) {
      JsonNode content = message.path("content");
      String text = content.isTextual() ? content.asText() : content.at("/0/text").asText();
      if (!text.isBlank()) {
        assertThat(Json.tree(receivedText()).findValuesAsText("text").toString() + receivedText())
            .contains(text.lines().findFirst().orElseThrow());
      }
    }
    for (JsonNode tool : call.path("tools")) {
      assertThat(receivedText()).contains(tool.at("/function/name").asText());
    }
    if (assistant == Chatting.CLINE) {
      assertThat(receivedText()).contains("iVBORw0KGgo=");
    }
  }

  /// An editor's line completion, which has a form of its own.
  @Test
  void shouldKeepTheBytesOfACompletionWithStopsAndASuffix() {
    String call =
        """
        {"model":"up/plain","prompt":"<|fim_prefix|>int <|fim_suffix|>;<|fim_middle|>",
         "suffix":"}","max_tokens":96,"temperature":0.01,"stream":true,
         "stream_options":{"include_usage":true},"stop":["<|endoftext|>","\\n\\n"]}
        """;

    HttpResponse<String> answer =
        house.send(house.request("/v1/completions").POST(BodyPublishers.ofString(call)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(receivedText()).isEqualTo(call.replace("up/plain", "plain"));
  }

  /// Some send a body of the newer dialect to the older path.
  @Test
  void shouldNameTheFieldThatIsMissingInABodyOfTheOtherDialect() throws IOException {
    HttpResponse<String> answer =
        house.chat(
            "{\"model\":\"claude/plain\",\"input\":[{\"role\":\"user\",\"content\":\"a\"}]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.tree(answer.body()).at("/error/param").asText()).isEqualTo("messages");
  }

  private HttpRequest.Builder claudeCode(String path) {
    return house
        .request(path)
        .header("anthropic-version", "2023-06-01")
        .header("anthropic-beta", "claude-code-20250219,context-management-2025-06-27")
        .header("x-app", "cli");
  }

  @Test
  void shouldKeepTheBytesOfClaudeCodesLongerCallAndOfItsCounts() throws Exception {
    HttpResponse<String> answer =
        house.send(
            claudeCode("/v1/messages?beta=true")
                .POST(BodyPublishers.ofString(CLAUDE_CODE.replace("NAME", "claude/plain"))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(receivedText()).isEqualTo(CLAUDE_CODE.replace("NAME", "plain"));
    CompletableFuture<MultiMap> headers = new CompletableFuture<>();
    CompletableFuture<String> counted = new CompletableFuture<>();
    house.upstream.on(
        "/v1/messages/count_tokens",
        request -> {
          headers.complete(request.headers());
          request
              .body()
              .onSuccess(
                  body -> {
                    counted.complete(body.toString());
                    request
                        .response()
                        .putHeader("content-type", "application/json")
                        .end("{\"input_tokens\":812}");
                  });
        });
    String count =
        CLAUDE_CODE
            .replace("NAME", "claude/plain")
            .replace(",\n \"stream\":true", "")
            .replace("\"max_tokens\":32000,", "");
    HttpResponse<String> tokens =
        house.send(
            claudeCode("/v1/messages/count_tokens?beta=true").POST(BodyPublishers.ofString(count)));
    assertThat(tokens.body()).isEqualTo("{\"input_tokens\":812}");
    assertThat(counted.get(20, TimeUnit.SECONDS)).isEqualTo(count.replace("claude/plain", "plain"));
    assertThat(headers.get(20, TimeUnit.SECONDS).get("anthropic-beta"))
        .isEqualTo("claude-code-20250219,context-management-2025-06-27");
    assertThat(headers.get(20, TimeUnit.SECONDS).contains("x-app")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"up, reasoning_effort", "gemini, thinkingConfig"})
  void shouldServeClaudeCodesLongerCallByAnotherDialect(String provider, String thinking) {
    HttpResponse<String> answer =
        house.send(
            claudeCode("/v1/messages?beta=true")
                .POST(BodyPublishers.ofString(CLAUDE_CODE.replace("NAME", provider + "/plain"))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("token19", "message_stop");
    assertThat(answer.headers().firstValue("x-gimbal-warning").orElseThrow())
        .contains("context_management", "cache_control", "messages[].content[].signature");
    assertThat(receivedText())
        .contains("You are Claude Code.", "system-reminder", "tool_use_error", "/b.c", thinking)
        .doesNotContain("EqQBCkYIBxgC", "clear_thinking");
    assertThat(received().headers().contains("anthropic-beta")).isFalse();
  }

  private HttpResponse<String> codex(String call) {
    return house.send(
        house
            .request("/v1/responses")
            .header("originator", "codex_cli_rs")
            .header("session_id", "session")
            .POST(BodyPublishers.ofString(call)));
  }

  @Test
  void shouldKeepTheBytesOfCodexWithItsOwnToolsAtItsOwnDialectBothWays() throws Exception {
    CompletableFuture<String> sent = new CompletableFuture<>();
    house.upstream.on(
        "/v1/own/responses",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      sent.complete(body.toString());
                      request
                          .response()
                          .putHeader("content-type", "text/event-stream")
                          .end(CODEX_EVENTS);
                    }));
    String call = CODEX_HEAD + CODEX_OWN_ITEMS + CODEX_TOOLS + CODEX_OWN_TOOLS + CODEX_TAIL;

    HttpResponse<String> answer = codex(call.replace("NAME", "vendor/plain"));

    assertThat(sent.get(20, TimeUnit.SECONDS)).isEqualTo(call.replace("NAME", "plain"));
    assertThat(answer.body()).isEqualTo(CODEX_EVENTS);
  }

  @ParameterizedTest
  @CsvSource({"up", "claude", "gemini"})
  void shouldServeCodexByAnotherDialectAndNameTheToolThatNoneButItsOwnHas(String provider)
      throws IOException {
    String plain = CODEX_HEAD + CODEX_TOOLS + CODEX_TAIL;
    String call = plain.replace("NAME", provider + "/plain");
    String parallel = call.replace("\"parallel_tool_calls\":false", "\"parallel_tool_calls\":true");

    HttpResponse<String> answer = codex(provider.equals("gemini") ? parallel : call);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("token19", "response.completed");
    assertThat(answer.headers().firstValue("x-gimbal-warning").orElseThrow())
        .contains("text.verbosity", "prompt_cache_key", "reasoning.summary");
    assertThat(receivedText()).contains("You are Codex.", "Sandbox.", "a.c").doesNotContain("gAAA");
    String own = CODEX_HEAD + CODEX_TOOLS + CODEX_OWN_TOOLS + CODEX_TAIL;
    HttpResponse<String> refused = codex(own.replace("NAME", provider + "/plain"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Json.tree(refused.body()).at("/error/param").asText()).isEqualTo("tools[1]");
    String history = CODEX_HEAD + CODEX_OWN_ITEMS + CODEX_TOOLS + CODEX_TAIL;
    HttpResponse<String> known = codex(history.replace("NAME", provider + "/plain"));
    assertThat(Json.tree(known.body()).at("/error/param").asText()).isEqualTo("input[5]");
  }
}

package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The calls that common coding assistants make: their fields, headers and queries.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssistantsIT {
  private static final String CLAUDE_CODE =
      """
      {"model":"NAME","max_tokens":32000,"temperature":1,"stream":true,
       "system":[{"type":"text","text":"You are an agent.","cache_control":{"type":"ephemeral"}}],
       "thinking":{"type":"enabled","budget_tokens":31999},
       "metadata":{"user_id":"user_1_account_2_session_3"},
       "tools":[{"name":"Bash","description":"Runs.","input_schema":{"type":"object",
         "properties":{"command":{"type":"string"}},"required":["command"]}}],
       "messages":[{"role":"user","content":[
         {"type":"text","text":"List the files.","cache_control":{"type":"ephemeral"}}]}]}
      """;
  private static final String CODEX =
      """
      {"model":"up/plain","instructions":"You are an agent.","stream":true,"store":false,
       "input":[{"type":"message","role":"user","content":[
         {"type":"input_text","text":"List the files."}]},
        {"type":"function_call","call_id":"call_1","name":"shell","arguments":"{}"},
        {"type":"function_call_output","call_id":"call_1","output":"a.txt"}],
       "tools":[{"type":"function","name":"shell","description":"Runs.","strict":false,
         "parameters":{"type":"object","properties":{}}}],
       "tool_choice":"auto","parallel_tool_calls":true,
       "reasoning":{"effort":"medium","summary":"auto"},
       "include":["reasoning.encrypted_content"],"prompt_cache_key":"session"}
      """;
  private static final String CHAT_AGENT =
      """
      {"model":"up/plain","temperature":0,"stream":true,"stream_options":{"include_usage":true},
       "messages":[{"role":"system","content":"You are an agent."},
        {"role":"user","content":[{"type":"text","text":"List."}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
          "function":{"name":"ls","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"a.txt"}],
       "tools":[{"type":"function","function":{"name":"ls","parameters":{"type":"object"}}}],
       "tool_choice":"auto","parallel_tool_calls":false}
      """;

  private House house;

  @BeforeAll
  void open() {
    house = new House();
  }

  @AfterAll
  void close() {
    house.close();
  }

  private HttpResponse<String> claudeCode(String model) {
    return house.send(
        house
            .request("/v1/messages?beta=true")
            .header("anthropic-version", "2023-06-01")
            .header("anthropic-beta", "claude-code-20250219,interleaved-thinking-2025-05-14")
            .header("x-stainless-lang", "js")
            .POST(BodyPublishers.ofString(CLAUDE_CODE.replace("NAME", model))));
  }

  private String received() {
    return new String(house.upstream.received().getLast().body(), StandardCharsets.UTF_8);
  }

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Test
  void shouldKeepTheBytesAndBetasOfClaudeCodeAtItsOwnVendor() {
    HttpResponse<String> answer = claudeCode("claude/plain");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(received()).isEqualTo(CLAUDE_CODE.replace("NAME", "plain"));
    assertThat(house.upstream.received().getLast().headers().get("anthropic-beta"))
        .isEqualTo("claude-code-20250219,interleaved-thinking-2025-05-14");
    assertThat(house.upstream.received().getLast().headers().contains("x-stainless-lang"))
        .isFalse();
    assertThat(answer.body()).contains("message_stop");
  }

  @Test
  void shouldServeClaudeCodeWithAModelOfAnotherDialect() {
    HttpResponse<String> answer = claudeCode("up/plain");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("token19").contains("message_stop");
    JsonNode sent = tree(received());
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(sent.at("/tools/0/function/name").asText()).isEqualTo("Bash");
    assertThat(sent.path("user").asText()).isEqualTo("user_1_account_2_session_3");
    assertThat(answer.headers().firstValue("x-gimbal-warning")).contains("not sent: cache_control");
  }

  @Test
  void shouldServeCodexWithAModelThatOnlyChats() {
    HttpResponse<String> answer =
        house.send(house.request("/v1/responses").POST(BodyPublishers.ofString(CODEX)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode sent = tree(received());
    assertThat(sent.at("/messages/2/tool_calls/0/id").asText()).isEqualTo("call_1");
    assertThat(sent.at("/messages/3/role").asText()).isEqualTo("tool");
    assertThat(sent.path("reasoning_effort").asText()).isEqualTo("medium");
    String[] events = answer.body().strip().split("\n\n");
    assertThat(events[0]).contains("response.created").contains("You are an agent.");
    assertThat(events[events.length - 1]).contains("response.completed").contains("\"shell\"");
  }

  @Test
  void shouldKeepTheBytesOfAnAgentThatChats() {
    HttpResponse<String> answer = house.chat(CHAT_AGENT);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(received()).isEqualTo(CHAT_AGENT.replace("up/plain", "plain"));
    assertThat(answer.body()).contains("prompt_tokens").endsWith("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini", "up"})
  void shouldServeCodexWhatTheCallLeavesNullByAnyDialect(String provider) {
    String call =
        CODEX
            .replace("up/plain", provider + "/plain")
            .replace("\"store\":false", "\"store\":false,\"previous_response_id\":null");

    HttpResponse<String> answer =
        house.send(house.request("/v1/responses").POST(BodyPublishers.ofString(call)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(received()).contains("shell", "a.txt").doesNotContain("previous_response_id");
    String[] events = answer.body().strip().split("\n\n");
    assertThat(events[events.length - 1])
        .contains("response.completed", "\"previous_response_id\":null", "\"truncation\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "up"})
  void shouldServeClaudeCodeALongHistoryWithACallThatWasBrokenOff(String provider) {
    StringBuilder turns = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      turns.append(
          "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_%d\",\"name\":"
              .formatted(i));
      turns.append(
          "\"Bash\",\"input\":{\"command\":\"ls\"}}]},{\"role\":\"user\",\"content\":[{\"type\":");
      turns.append("\"tool_result\",\"tool_use_id\":\"toolu_%d\",\"content\":".formatted(i));
      turns.append(
          i == 199
              ? "\"[Request interrupted by user]\",\"is_error\":true},{\"type\":\"text\",\"text\":\"Go on.\"}"
              : "\"a.txt\"}");
      turns.append("]},");
    }
    String first = "{\"role\":\"user\",\"content\":[";
    String call =
        CLAUDE_CODE
            .replace("NAME", provider + "/plain")
            .replace(
                "\"messages\":[" + first,
                "\"messages\":[{\"role\":\"user\",\"content\":\"Begin.\"}," + turns + first);

    HttpResponse<String> answer =
        house.send(
            house
                .request("/v1/messages?beta=true")
                .header("anthropic-version", "2023-06-01")
                .POST(BodyPublishers.ofString(call)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("message_stop");
    assertThat(received()).contains("Request interrupted by user", "Go on.", "toolu_198");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void shouldServeAnAgentThatChatsByAnyDialect(String provider) {
    HttpResponse<String> answer =
        house.chat(
            CHAT_AGENT
                .replace("up/plain", provider + "/plain")
                .replace("\"parallel_tool_calls\":false", "\"parallel_tool_calls\":true"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(received()).contains("You are an agent.", "a.txt");
    assertThat(answer.body()).contains("prompt_tokens").endsWith("data: [DONE]\n\n");
  }
}

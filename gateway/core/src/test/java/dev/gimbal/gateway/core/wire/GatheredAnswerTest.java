package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GatheredAnswerTest {

  private static JsonNode gathered(String... chunks) throws Exception {
    GatheredAnswer answer = new GatheredAnswer();
    for (String chunk : chunks) {
      answer.add(Json.tree(chunk));
    }
    return Json.tree(new String(answer.json(), StandardCharsets.UTF_8));
  }

  @Test
  void shouldJoinTextsAndLetTheLastOfEverythingElseCount() throws Exception {
    JsonNode whole =
        gathered(
            """
            {"id":"c","object":"chat.completion.chunk","model":"m","x_new":1,"usage":null,
             "choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""",
            """
            {"id":"c","object":"chat.completion.chunk","model":"m","x_new":2,
             "choices":[{"index":0,"delta":{"role":"assistant","content":"Hel",
               "reasoning_content":"I"},"finish_reason":null}]}""",
            """
            {"id":"c","choices":[{"index":0,"delta":{"content":"lo","reasoning_content":" see"},
              "logprobs":{"content":[{"token":"lo"}]},"finish_reason":"stop"}],
              "usage":{"prompt_tokens":3}}""");

    assertThat(whole)
        .isEqualTo(
            Json.tree(
                """
                {"id":"c","object":"chat.completion","model":"m","x_new":2,
                 "usage":{"prompt_tokens":3},
                 "choices":[{"index":0,"message":{"role":"assistant","content":"Hello",
                   "reasoning_content":"I see"},"finish_reason":"stop",
                   "logprobs":{"content":[{"token":"lo"}]}}]}"""));
  }

  @Test
  void shouldKeepTheCallsOfToolsAndSeveralAnswersApart() throws Exception {
    JsonNode whole =
        gathered(
            """
            {"choices":[{"index":1,"delta":{"content":"second"}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[
              {"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[
              {"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}},
              {"index":0,"id":"","function":{"name":"","arguments":"{\\"x\\":"}}]}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[
              {"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"tool_calls"}]}""");

    assertThat(whole.at("/choices/0/message"))
        .isEqualTo(
            Json.tree(
                """
                {"tool_calls":[
                  {"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
                  {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}],
                 "role":"assistant","content":null}"""));
    assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(whole.at("/choices/1/message/content").asText()).isEqualTo("second");
  }

  @Test
  void shouldJoinTheTextsOfACompletion() throws Exception {
    JsonNode whole =
        gathered(
            "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"a\"}]}",
            "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"b\"}]}");

    assertThat(whole.path("object").asText()).isEqualTo("text_completion");
    assertThat(whole.at("/choices/0")).isEqualTo(Json.tree("{\"index\":0,\"text\":\"ab\"}"));
  }
}

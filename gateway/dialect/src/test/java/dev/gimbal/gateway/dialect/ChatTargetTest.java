package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.chat.ChatTarget;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The contract again for what servers know more or less than others.
class ChatTargetTest {

  @Nested
  class OpenAi extends ChatDialectTest {
    @Override
    Dialect dialect() {
      return new ChatDialect(ChatTarget.OPENAI);
    }
  }

  @Nested
  class WithEveryExtension extends ChatDialectTest {
    @Override
    Dialect dialect() {
      return new ChatDialect(new ChatTarget("max_tokens", ChatTarget.KNOWN));
    }
  }

  @Test
  void shouldAskEachServerToThinkInItsOwnWords() {
    ModelRequest request =
        new Samples.Change(Samples.plain()).reasoning(new ModelRequest.Reasoning(null, 2_000L));

    assertThat(thinking(ChatTarget.Thinking.EFFORT, request))
        .contains("\"reasoning_effort\":\"low\"");
    assertThat(thinking(ChatTarget.Thinking.SWITCH_AND_BUDGET, request))
        .contains("\"enable_thinking\":true,\"thinking_budget\":2000")
        .doesNotContain("reasoning_effort");
    assertThat(thinking(ChatTarget.Thinking.TYPE, request))
        .contains("\"thinking\":{\"type\":\"enabled\"}");
    assertThat(thinking(ChatTarget.Thinking.TEMPLATE, request))
        .contains("\"chat_template_kwargs\":{\"enable_thinking\":true}");
    assertThat(thinking(ChatTarget.Thinking.MODEL, request)).doesNotContain("think");
  }

  private static String thinking(ChatTarget.Thinking thinking, ModelRequest request) {
    return written(
        new ChatTarget("max_tokens", Set.of(), thinking, ChatTarget.Choice.ANY, true), request);
  }

  @Test
  void shouldRefuseAChoiceThatTheTargetDoesNotKnow() {
    ChatTarget target =
        new ChatTarget(
            "max_tokens", Set.of(), ChatTarget.Thinking.EFFORT, ChatTarget.Choice.AUTO, false);
    Translation translation = new Translation(new ChatDialect(), new ChatDialect(target));
    String call =
        """
        {"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"%s",
         "tools":[{"type":"function","function":{"name":"clock","strict":true}}]}
        """;

    assertThatThrownBy(
            () -> translation.request(Samples.tree(call.formatted("required")), "m", false))
        .hasMessageContaining("cannot be said");
    assertThat(
            translation.request(Samples.tree(call.formatted("none")), "m", false).body().toString())
        .doesNotContain("clock")
        .doesNotContain("tool_choice");
    Translation.TranslatedRequest automatic =
        translation.request(Samples.tree(call.formatted("auto")), "m", false);
    assertThat(automatic.warnings()).containsExactly("tools[].function.strict");
    assertThat(automatic.body().toString()).doesNotContain("strict");
  }

  @Test
  void shouldNameTheOutputLimitAsTheTargetDoes() {
    assertThat(written(ChatTarget.OPENAI, Samples.plain()))
        .contains("\"max_completion_tokens\":500")
        .doesNotContain("\"max_tokens\"");
    assertThat(written(ChatTarget.COMPATIBLE, Samples.plain()))
        .contains("\"max_tokens\":500")
        .doesNotContain("max_completion_tokens");
  }

  @Test
  void shouldKeepThinkingFromATargetThatRefusesIt() {
    ModelRequest request =
        new Samples.Change(Samples.plain())
            .turns(
                List.of(
                    Samples.user(new Part.Text("Time?")),
                    Samples.assistant(
                        new Part.Thinking("hm", "sig"),
                        new Part.ToolCall("call_1", "clock", "{}", "call-sig", null))),
                List.of());
    Losses losses = new Losses();

    String body = new ChatDialect(ChatTarget.OPENAI).writeRequest(request, losses).toString();

    assertThat(body).doesNotContain("reasoning").doesNotContain("sig");
    assertThat(losses.harmless()).containsExactly(Feature.REASONING_REPLAY);
    assertThat(losses.harmful()).isEmpty();
  }

  @Test
  void shouldNameTheCallersMarkThatItsTargetCannotSay() {
    Dialect openAi = new ChatDialect(ChatTarget.OPENAI);

    Translation.TranslatedRequest request =
        new Translation(new ChatDialect(), openAi)
            .request(
                Samples.tree(
                    """
                    {"model":"m","messages":[{"role":"user","content":[
                      {"type":"text","text":"long","cache_control":{"type":"ephemeral"}}]}]}
                    """),
                "gpt-5",
                false);

    assertThat(request.warnings()).containsExactly("messages[].content[].cache_control");
    assertThat(request.body())
        .isEqualTo(
            Samples.tree(
                """
                {"model":"gpt-5","messages":[{"role":"user","content":"long"}]}
                """));
  }

  @Test
  void shouldRefuseATargetThatNobodyHasSeen() {
    assertThatThrownBy(() -> new ChatTarget("maxTokens", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ChatTarget("max_tokens", Set.of(Feature.TOOLS)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String written(ChatTarget target, ModelRequest request) {
    return new ChatDialect(target).writeRequest(request, new Losses()).toString();
  }
}

package dev.gimbal.gateway.core.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgesTest {
  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static AnswerText read(Endpoint endpoint, String answer, boolean events)
      throws IOException {
    return AnswerText.of(endpoint, bytes(answer), events);
  }

  @Test
  void shouldReadAnAnswerOfEachDialect() throws IOException {
    AnswerText chat =
        read(
            Endpoint.CHAT_COMPLETIONS,
            "{'choices':[{'message':{'content':'hi'},'finish_reason':'stop','logprobs':"
                + "{'content':[{'logprob':-0.1},{'logprob':-0.3}]}}]}",
            false);
    assertThat(chat.text()).isEqualTo("hi");
    assertThat(chat.logProbability()).isCloseTo(-0.2, within(1e-9));
    AnswerText messages =
        read(
            Endpoint.MESSAGES,
            "{'content':[{'type':'text','text':'hi'},{'type':'tool_use'}],'stop_reason':'refusal'}",
            false);
    assertThat(messages).isEqualTo(new AnswerText("hi", "refusal", false, true, null));
    AnswerText responses =
        read(
            Endpoint.RESPONSES,
            "{'output':[{'type':'message','content':[{'type':'refusal','refusal':'no'}]}]}",
            false);
    assertThat(responses.refused()).isTrue();
    AnswerText gemini =
        read(
            Endpoint.GENERATE_CONTENT,
            "[{'candidates':[{'content':{'parts':[{'text':'h'}]}}]},"
                + "{'candidates':[{'content':{'parts':[{'text':'i'}]},'finishReason':'SAFETY',"
                + "'avgLogprobs':-0.5}]}]",
            false);
    assertThat(gemini).isEqualTo(new AnswerText("hi", "SAFETY", false, false, -0.5));
  }

  @Test
  void shouldReadAStreamOfEachDialect() throws IOException {
    assertThat(
            read(
                    Endpoint.CHAT_COMPLETIONS,
                    """
                    data: {'choices':[{'delta':{'content':'h'}}]}

                    data: {'choices':[{'delta':{'content':'i'},'finish_reason':'stop'}]}

                    data: [DONE]

                    """,
                    true)
                .text())
        .isEqualTo("hi");
    assertThat(
            read(
                Endpoint.MESSAGES,
                "event: content_block_delta\ndata: {'type':'content_block_delta','delta':{'text':'hi'}}"
                    + "\n\nevent: message_delta\ndata: {'delta':{'stop_reason':'end_turn'}}\n\n",
                true))
        .isEqualTo(new AnswerText("hi", "end_turn", false, false, null));
    assertThat(
            read(
                    Endpoint.RESPONSES,
                    "data: {'type':'response.output_text.delta','delta':'hi'}\n\n"
                        + "data: {'type':'response.completed','response':{'output':[{'type':'message',"
                        + "'content':[{'type':'output_text','text':'hi'}]}]}}\n\n",
                    true)
                .text())
        .isEqualTo("hi");
  }

  private static AnswerText said(String text) {
    return new AnswerText(text, "stop", false, false, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I’m unable to assist with this request.",
        "As an AI language model, I do not have opinions.",
        "I don't know the answer to that.",
        "抱歉，我无法回答这个问题。",
        "对不起，这个请求我不能处理。",
        "   "
      })
  void shouldKnowARefusal(String text) {
    assertThat(RefusalText.is(said(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Paris is the capital of France.",
        "You can't divide by zero; the result is undefined.",
        "The function cannot return null.",
        "北京是中国的首都。"
      })
  void shouldKnowAnAnswer(String text) {
    assertThat(RefusalText.is(said(text))).isFalse();
  }

  @Test
  void shouldHoldARefusalFurtherDownForPartOfAnAnswer() {
    assertThat(RefusalText.is(said("x ".repeat(200) + "I can't help with that."))).isFalse();
    assertThat(RefusalText.is(new AnswerText("", "tool_calls", false, true, null))).isFalse();
    assertThat(RefusalText.is(new AnswerText("well", "content_filter", false, false, null)))
        .isTrue();
  }

  private static boolean fits(String schema, String text) throws IOException {
    String call =
        "{'response_format':{'type':'json_schema','json_schema':{'schema':" + schema + "}}}";
    return AnswerSchema.of(Endpoint.CHAT_COMPLETIONS, bytes(call))
        .orElseThrow()
        .fits(text.replace('\'', '"'));
  }

  @Test
  void shouldHoldAnAnswerToItsSchema() throws IOException {
    String schema =
        "{'type':'object','required':['n'],'additionalProperties':false,'properties':"
            + "{'n':{'type':'integer','minimum':1},'kind':{'enum':['a','b']},"
            + "'list':{'type':'array','maxItems':2,'items':{'$ref':'#/$defs/s'}}},"
            + "'$defs':{'s':{'type':['string','null'],'maxLength':3}}}";
    assertThat(fits(schema, "{'n':1,'kind':'a','list':['abc',null]}")).isTrue();
    assertThat(fits(schema, "{'kind':'a'}")).isFalse();
    assertThat(fits(schema, "{'n':0}")).isFalse();
    assertThat(fits(schema, "{'n':1.5}")).isFalse();
    assertThat(fits(schema, "{'n':1,'kind':'c'}")).isFalse();
    assertThat(fits(schema, "{'n':1,'other':2}")).isFalse();
    assertThat(fits(schema, "{'n':1,'list':['abcd']}")).isFalse();
    assertThat(fits(schema, "{'n':1,'list':[null,null,null]}")).isFalse();
    assertThat(fits(schema, "here you are: {'n':1}")).isFalse();
    assertThat(fits("{'$ref':'#'}", "{}")).isFalse();
  }

  @Test
  void shouldFindTheSchemaInEachDialect() throws IOException {
    assertThat(
            AnswerSchema.of(
                Endpoint.RESPONSES,
                bytes("{'text':{'format':{'type':'json_schema','schema':{'type':'array'}}}}")))
        .hasValueSatisfying(schema -> assertThat(schema.fits("{}")).isFalse());
    assertThat(
            AnswerSchema.of(
                Endpoint.GENERATE_CONTENT,
                bytes("{'generationConfig':{'responseSchema':{'type':'STRING'}}}")))
        .hasValueSatisfying(schema -> assertThat(schema.fits("1")).isFalse());
    assertThat(
            AnswerSchema.of(
                Endpoint.CHAT_COMPLETIONS, bytes("{'response_format':{'type':'json_object'}}")))
        .hasValueSatisfying(schema -> assertThat(schema.fits("{}")).isTrue());
    assertThat(AnswerSchema.of(Endpoint.CHAT_COMPLETIONS, bytes("{}"))).isEmpty();
  }

  @Test
  void shouldReadAJudgesScore() {
    assertThat(Judges.number("0.85")).isEqualTo(0.85);
    assertThat(Judges.number("Score: 1")).isEqualTo(1);
    assertThat(Judges.number("0.2, no, 0.4.")).isEqualTo(0.4);
    assertThatThrownBy(() -> Judges.number("ten of 10")).isInstanceOf(IllegalStateException.class);
  }
}

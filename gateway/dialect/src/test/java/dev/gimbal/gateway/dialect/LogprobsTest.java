package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How likely the tokens of a text were, whole and streamed, between the dialects that tell it.
final class LogprobsTest {
  private static final Map<String, Dialect> DIALECTS =
      Map.of("C", new ChatDialect(), "R", new ResponsesDialect(), "G", new GeminiDialect());

  /// Two tokens, the first with the likeliest two at its place, as OpenAI's dialects write them.
  private static final String FIRST =
      "{'token':'Ni','logprob':-0.25,'bytes':[78,105],'top_logprobs':["
          + "{'token':'Ni','logprob':-0.25,'bytes':[78,105]},"
          + "{'token':'Ten','logprob':-1.5,'bytes':[84,101,110]}]}";

  private static final String SECOND =
      "{'token':'ne','logprob':-0.0625,'bytes':[110,101],'top_logprobs':[]}";

  private static final String CHOSEN_FIRST = "{'token':'Ni','logProbability':-0.25}";
  private static final String CHOSEN_SECOND = "{'token':'ne','logProbability':-0.0625}";
  private static final String LIKELIEST =
      "{'candidates':[" + CHOSEN_FIRST + ",{'token':'Ten','logProbability':-1.5}]}";

  private static final Map<String, String> WHOLE =
      Map.of(
          "C",
          "{'id':'a1','model':'m','choices':[{'index':0,'message':{'role':'assistant','content':'Nine'},"
              + "'logprobs':{'content':["
              + FIRST
              + ","
              + SECOND
              + "],'refusal':null},'finish_reason':'stop'}]}",
          "R",
          "{'id':'a1','model':'m','status':'completed','output':[{'type':'message','role':'assistant',"
              + "'content':[{'type':'output_text','text':'Nine','annotations':[],'logprobs':["
              + FIRST
              + ","
              + SECOND
              + "]}]}]}",
          "G",
          "{'responseId':'a1','modelVersion':'m','candidates':[{'content':{'parts':[{'text':'Nine'}],"
              + "'role':'model'},'finishReason':'STOP','logprobsResult':{'topCandidates':["
              + LIKELIEST
              + ",{'candidates':[]}],'chosenCandidates':["
              + CHOSEN_FIRST
              + ","
              + CHOSEN_SECOND
              + "]}}]}");

  private static final Map<String, List<String>> STREAM =
      Map.of(
          "C",
          List.of(
              chunk("{'role':'assistant','content':''}", "null", "null"),
              chunk("{'content':'Ni'}", "{'content':[" + FIRST + "]}", "null"),
              chunk("{'content':'ne'}", "{'content':[" + SECOND + "]}", "null"),
              chunk("{}", "null", "'stop'"),
              "[DONE]"),
          "R",
          List.of(
              "{'type':'response.created','response':{'id':'a1','model':'m'}}",
              "{'type':'response.output_text.delta','output_index':0,'content_index':0,"
                  + "'delta':'Ni','logprobs':["
                  + FIRST
                  + "]}",
              "{'type':'response.output_text.delta','output_index':0,'content_index':0,"
                  + "'delta':'ne','logprobs':["
                  + SECOND
                  + "]}",
              "{'type':'response.output_text.done','output_index':0,'content_index':0,"
                  + "'text':'Nine','logprobs':["
                  + FIRST
                  + ","
                  + SECOND
                  + "]}",
              "{'type':'response.completed','response':{'status':'completed','output':[]}}"),
          "G",
          List.of(
              candidate("Ni", LIKELIEST, CHOSEN_FIRST, ""),
              candidate("ne", "{'candidates':[]}", CHOSEN_SECOND, ",'finishReason':'STOP'")));

  private static String chunk(String delta, String logprobs, String finish) {
    return "{'id':'a1','model':'m','choices':[{'index':0,'delta':"
        + delta
        + ",'logprobs':"
        + logprobs
        + ",'finish_reason':"
        + finish
        + "}]}";
  }

  private static String candidate(String text, String top, String chosen, String more) {
    return "{'responseId':'a1','modelVersion':'m','candidates':[{'content':{'parts':[{'text':'"
        + text
        + "'}],'role':'model'},'logprobsResult':{'topCandidates':["
        + top
        + "],'chosenCandidates':["
        + chosen
        + "]}"
        + more
        + "}]}";
  }

  private static JsonNode tree(String json) {
    return Samples.tree(json.replace('\'', '"'));
  }

  private static Stream<Arguments> pairs() {
    return Stream.of("C", "R", "G")
        .flatMap(caller -> Stream.of("C", "R", "G").map(target -> Arguments.of(caller, target)));
  }

  /// What an answer of a dialect tells of its tokens, wherever it does, in OpenAI's form; Gemini
  /// knows no bytes.
  private static JsonNode told(String dialect, JsonNode answer) {
    return switch (dialect) {
      case "C" -> answer.at("/choices/0/logprobs/content");
      case "R" -> answer.at("/output/0/content/0/logprobs");
      default -> answer.at("/candidates/0/logprobsResult");
    };
  }

  private static JsonNode expected(String caller, String target, String tokens, String result) {
    JsonNode all = tree(caller.equals("G") ? result : tokens);
    if (target.equals("G") && !caller.equals("G")) {
      forgetBytes(all);
    }
    return all;
  }

  private static void forgetBytes(JsonNode tokens) {
    for (JsonNode token : tokens) {
      ((ArrayNode) token.get("bytes")).removeAll();
      forgetBytes(token.path("top_logprobs"));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldTellThemOfAWholeAnswer(String caller, String target) {
    JsonNode answer =
        new Translation(DIALECTS.get(caller), DIALECTS.get(target)).answer(tree(WHOLE.get(target)));

    assertThat(tree(told(caller, answer).toString()))
        .isEqualTo(expected(caller, target, "[" + FIRST + "," + SECOND + "]", bothOfGemini()));
  }

  private static String bothOfGemini() {
    return "{'topCandidates':["
        + LIKELIEST
        + ",{'candidates':[]}],'chosenCandidates':["
        + CHOSEN_FIRST
        + ","
        + CHOSEN_SECOND
        + "]}";
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldTellThemWithThePiecesOfAStream(String caller, String target) {
    List<JsonNode> pieces = new ArrayList<>();
    for (JsonNode event : streamed(caller, target)) {
      JsonNode said =
          switch (caller) {
            case "C" -> event.at("/choices/0/logprobs/content");
            case "R" ->
                event.path("type").asText().equals("response.output_text.delta")
                    ? event.path("logprobs")
                    : tree("null");
            default -> event.at("/candidates/0/logprobsResult");
          };
      if (said.isContainerNode()) {
        pieces.add(tree(said.toString()));
      }
    }

    assertThat(pieces)
        .containsExactly(
            expected(
                caller,
                target,
                "[" + FIRST + "]",
                "{'topCandidates':[" + LIKELIEST + "],'chosenCandidates':[" + CHOSEN_FIRST + "]}"),
            expected(
                caller,
                target,
                "[" + SECOND + "]",
                "{'topCandidates':[{'candidates':[]}],'chosenCandidates':["
                    + CHOSEN_SECOND
                    + "]}"));
  }

  private static List<JsonNode> streamed(String caller, String target) {
    StreamReader reader = DIALECTS.get(target).streamReader();
    StreamWriter writer = DIALECTS.get(caller).streamWriter(new StreamForm("x", 7, false, false));
    StringBuilder out = new StringBuilder();
    STREAM
        .get(target)
        .forEach(
            event -> reader.event(null, event.replace('\'', '"'), step -> writer.write(step, out)));
    reader.end(step -> writer.write(step, out));
    return out.toString()
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> Samples.tree(line.substring("data: ".length())))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldTellThemWhereAStreamIsCollectedAndWhereAnAnswerIsStreamed(
      String caller, String target) {
    AnswerCollector collector = new AnswerCollector();
    StreamReader reader = DIALECTS.get(target).streamReader();
    STREAM.get(target).forEach(event -> reader.event(null, event.replace('\'', '"'), collector));
    reader.end(collector);
    JsonNode answer = DIALECTS.get(caller).writeAnswer(collector.answer());
    assertThat(tree(told(caller, answer).toString()))
        .isEqualTo(expected(caller, target, "[" + FIRST + "," + SECOND + "]", bothOfGemini()));

    AnswerCollector again = new AnswerCollector();
    AnswerEvent.of(DIALECTS.get(target).readAnswer(tree(WHOLE.get(target)))).forEach(again);
    assertThat(again.answer().parts()).isEqualTo(collector.answer().parts());
  }

  @Test
  void shouldTellThemOnceWhereOneChunkHasSeveralTexts() {
    JsonNode answer =
        tree(WHOLE.get("G").replace("{'text':'Nine'}", "{'text':'Ni'},{'text':'ne'}"));
    assertThat(TokenLogprob.of(DIALECTS.get("G").readAnswer(answer).parts())).hasSize(2);
  }

  /// Some servers tell them only once, where the text is whole; the last event holds them all.
  @Test
  void shouldTakeThemFromTheWholeTextWhereNoPieceToldThem() {
    StreamReader reader = DIALECTS.get("R").streamReader();
    AnswerCollector collector = new AnswerCollector();
    for (int event : new int[] {0, 3, 4}) {
      reader.event(null, STREAM.get("R").get(event).replace('\'', '"'), collector);
    }
    assertThat(TokenLogprob.of(collector.answer().parts())).hasSize(2);

    List<JsonNode> written = streamed("R", "C");
    assertThat(written.getLast().at("/response/output/0/content/0/logprobs")).hasSize(2);
    assertThat(written)
        .filteredOn(event -> event.path("type").asText().equals("response.output_text.done"))
        .singleElement()
        .satisfies(done -> assertThat(done.path("logprobs")).hasSize(2));
  }
}

package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pictures that a model made, from each dialect that has them into each that can say them.
final class GivenMediaTest {
  private static final Part.Media PICTURE =
      new Part.Media(
          Part.Media.Kind.IMAGE,
          new Part.Source.Inline("image/png", "iVBORw0KGgo="),
          null,
          null,
          null);
  private static final Part.Media SOUND =
      new Part.Media(
          Part.Media.Kind.AUDIO, new Part.Source.Inline("audio/wav", "UklG"), null, null, null);

  private static ModelAnswer answer(Part... parts) {
    return new ModelAnswer("resp_1", "m", 1L, List.of(parts), Stop.of(Stop.Reason.END), null);
  }

  static Stream<Dialect> capable() {
    return Stream.of(new ChatDialect(), new ResponsesDialect(), new GeminiDialect());
  }

  private static String streamed(Dialect dialect, ModelAnswer answer) {
    StreamWriter writer = dialect.streamWriter(new StreamForm("1", 1, true, false));
    StringBuilder out = new StringBuilder();
    AnswerEvent.of(answer).forEach(event -> writer.write(event, out));
    return out.toString();
  }

  private static ModelAnswer collected(Dialect dialect, String stream) {
    StreamReader reader = dialect.streamReader();
    AnswerCollector collector = new AnswerCollector();
    for (String event : stream.split("\n\n", -1)) {
      List<String> data = new ArrayList<>();
      event.lines().filter(l -> l.startsWith("data: ")).forEach(l -> data.add(l.substring(6)));
      if (!data.isEmpty()) {
        reader.event(null, String.join("\n", data), collector);
      }
    }
    reader.end(collector);
    assertThat(collector.failure()).isNull();
    return collector.answer();
  }

  @ParameterizedTest
  @MethodSource("capable")
  void shouldReadAPictureThatItWrote(Dialect dialect) {
    JsonNode written = dialect.writeAnswer(answer(new Part.Text("Here:"), PICTURE));

    assertThat(dialect.readAnswer(written).parts())
        .containsExactly(new Part.Text("Here:"), PICTURE);
  }

  @ParameterizedTest
  @MethodSource("capable")
  void shouldReadAPictureThatItStreamed(Dialect dialect) {
    String written = streamed(dialect, answer(new Part.Text("Here:"), PICTURE));

    assertThat(collected(dialect, written).parts())
        .containsExactly(new Part.Text("Here:"), PICTURE);
  }

  @Test
  void shouldPutGeminisPictureWhereClientsLookForIt() {
    JsonNode gemini =
        Samples.tree(
            """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Here:"},
            {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="},"thoughtSignature":"AB=="}]},
            "finishReason":"STOP"}],"modelVersion":"m","responseId":"r"}""");
    ModelAnswer read = new GeminiDialect().readAnswer(gemini);

    JsonNode chat = new ChatDialect().writeAnswer(read).at("/choices/0/message");
    JsonNode item = new ResponsesDialect().writeAnswer(read).at("/output/1");

    assertThat(chat.path("content").asText()).isEqualTo("Here:");
    assertThat(chat.at("/images/0/type").asText()).isEqualTo("image_url");
    assertThat(chat.at("/images/0/image_url/url").asText())
        .isEqualTo("data:image/png;base64,iVBORw0KGgo=");
    assertThat(item.path("type").asText()).isEqualTo("image_generation_call");
    assertThat(item.path("result").asText()).isEqualTo("iVBORw0KGgo=");
    assertThat(item.path("status").asText()).isEqualTo("completed");
    assertThat(new GeminiDialect().writeAnswer(read).at("/candidates/0/content"))
        .isEqualTo(gemini.at("/candidates/0/content"));
  }

  @Test
  void shouldShowAPictureOfAHistoryToGeminiAsItsOwnAndSayThatItDidNotSignIt() {
    JsonNode call =
        Samples.tree(
            """
            {"model":"m","messages":[{"role":"user","content":"Paint."},{"role":"assistant",
            "content":"Here:","images":[{"type":"image_url","index":0,
            "image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},
            {"role":"user","content":"Brighter."}]}""");
    Translation translation = new Translation(new ChatDialect(), new GeminiDialect());

    JsonNode older = translation.request(call, "gemini-2.5-flash-image", false).body();
    JsonNode newer = translation.request(call, "gemini-3-pro-image", false).body();

    assertThat(older.at("/contents/1"))
        .isEqualTo(
            Samples.tree(
                """
                {"role":"model","parts":[{"text":"Here:"},
                {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}"""));
    assertThat(newer.at("/contents/1/parts/1/thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
  }

  @Test
  void shouldSayAStreamedPictureOnceAndAtItsEnd() {
    String stream = streamed(new ResponsesDialect(), answer(PICTURE));

    List<String> types = new ArrayList<>();
    stream
        .lines()
        .filter(line -> line.startsWith("event: "))
        .forEach(line -> types.add(line.substring(7)));
    assertThat(types)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.image_generation_call.completed",
            "response.output_item.done",
            "response.completed");
    String added = stream.split("\n\n", -1)[2];
    assertThat(added).contains("\"status\":\"in_progress\"").doesNotContain("iVBOR");
  }

  @Test
  void shouldNotPassAnAnswerOffAsWholeWithoutWhatItConsistsOf() {
    Dialect messages = new MessagesDialect();
    assertThatThrownBy(() -> messages.writeAnswer(answer(PICTURE)))
        .isInstanceOf(DialectException.class);
    assertThatThrownBy(() -> streamed(messages, answer(PICTURE)))
        .isInstanceOf(DialectException.class);
    for (Dialect dialect : List.of(new ChatDialect(), new ResponsesDialect())) {
      assertThatThrownBy(() -> dialect.writeAnswer(answer(SOUND)))
          .isInstanceOf(DialectException.class)
          .hasMessageContaining("AUDIO");
      assertThatThrownBy(() -> streamed(dialect, answer(SOUND)))
          .isInstanceOf(DialectException.class);
    }
    JsonNode spoken =
        Samples.tree(
            "{\"choices\":[{\"message\":{\"content\":null,\"audio\":{\"data\":\"UklG\"}},"
                + "\"finish_reason\":\"stop\"}]}");
    assertThatThrownBy(() -> new ChatDialect().readAnswer(spoken))
        .isInstanceOf(DialectException.class);
  }
}

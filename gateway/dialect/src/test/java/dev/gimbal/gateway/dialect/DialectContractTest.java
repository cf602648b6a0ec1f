package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every dialect promises: what it writes it reads again as it was, what it cannot say it
/// names, and it can say every feature for which it has a field.
abstract class DialectContractTest {

  abstract Dialect dialect();

  /// The call as this dialect has to read it after writing it, where its own form differs by
  /// nature: a dialect without the tool's name in a result, for instance.
  ModelRequest asWritten(ModelRequest request) {
    return request;
  }

  /// The same for answers.
  ModelAnswer asWritten(ModelAnswer answer) {
    return answer;
  }

  static Stream<Feature> features() {
    return Samples.featured().keySet().stream();
  }

  static Stream<ModelAnswer> answers() {
    return Samples.answers().stream();
  }

  @Test
  void shouldReadWhatItWroteOfAPlainCall() {
    assertKept(Samples.plain());
  }

  @Test
  void shouldReadWhatItWroteOfACallWithToolsAndTheirResults() {
    assertKept(Samples.tools(null));
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldSayOrNameEachFeature(Feature feature) {
    ModelRequest request = Samples.featured().get(feature);
    Losses losses = new Losses();

    JsonNode written = dialect().writeRequest(request, losses);

    if (dialect().field(feature) == null) {
      assertThat(Stream.concat(losses.harmful().stream(), losses.harmless().stream()))
          .containsExactly(feature);
    } else {
      assertThat(losses.harmful()).isEmpty();
      assertThat(losses.harmless()).isEmpty();
      assertThat(dialect().readRequest(written)).isEqualTo(asWritten(request));
    }
  }

  private void assertKept(ModelRequest request) {
    Losses losses = new Losses();

    JsonNode written = dialect().writeRequest(request, losses);

    assertThat(losses.harmful()).isEmpty();
    assertThat(losses.harmless()).isEmpty();
    assertThat(dialect().readRequest(written)).isEqualTo(asWritten(request));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void shouldReadWhatItWroteOfAnAnswer(ModelAnswer answer) {
    assertThat(dialect().readAnswer(dialect().writeAnswer(answer))).isEqualTo(asWritten(answer));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void shouldReadWhatItWroteOfAStream(ModelAnswer answer) {
    String stream = stream(Samples.events(answer));

    List<AnswerEvent> read = read(stream);

    AnswerCollector collector = new AnswerCollector();
    read.forEach(collector);
    assertThat(read).endsWith(new AnswerEvent.Ended());
    assertThat(read.stream().filter(e -> e instanceof AnswerEvent.Ended)).hasSize(1);
    assertThat(collector.answer()).isEqualTo(asWritten(answer));
  }

  @Test
  void shouldSayThatAStreamBrokeOff() {
    List<AnswerEvent> events = Samples.events(Samples.answers().getFirst());
    String stream = stream(events.subList(0, 2));

    assertThat(read(stream)).last().isInstanceOf(AnswerEvent.Failed.class);
  }

  @Test
  void shouldEndAStreamWithTheError() {
    List<AnswerEvent> events =
        new ArrayList<>(Samples.events(Samples.answers().getFirst()).subList(0, 2));
    ModelError error = new ModelError(529, ModelError.Kind.OVERLOADED, "Too busy.", null, null);
    events.add(new AnswerEvent.Failed(error));

    assertThat(read(stream(events)))
        .last()
        .isInstanceOfSatisfying(
            AnswerEvent.Failed.class,
            failed -> assertThat(failed.error().message()).isEqualTo("Too busy."));
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadWhatItWroteOfAnError(ModelError.Kind kind) {
    int status =
        switch (kind) {
          case INVALID_REQUEST -> 400;
          case AUTHENTICATION -> 401;
          case PERMISSION -> 403;
          case NOT_FOUND -> 404;
          case TOO_LARGE -> 413;
          case RATE_LIMITED -> 429;
          case OVERLOADED -> 503;
          case TIMEOUT -> 504;
          case SERVER -> 500;
        };
    ModelError error = new ModelError(status, kind, "No: \"why\"", null, null);

    ModelError read = dialect().readError(status, dialect().writeError(error));

    assertThat(read.kind()).isEqualTo(kind);
    assertThat(read.message()).isEqualTo("No: \"why\"");
  }

  @Test
  void shouldMakeAnErrorOfABodyThatIsNone() {
    ModelError error = dialect().readError(502, null);

    assertThat(error.kind()).isEqualTo(ModelError.Kind.SERVER);
    assertThat(error.message()).isNotBlank();
  }

  private String stream(List<AnswerEvent> events) {
    StreamWriter writer = dialect().streamWriter(new StreamForm("id-0", 1L, true, false));
    StringBuilder out = new StringBuilder();
    events.forEach(event -> writer.write(event, out));
    return out.toString();
  }

  private List<AnswerEvent> read(String stream) {
    StreamReader reader = dialect().streamReader();
    List<AnswerEvent> events = new ArrayList<>();
    for (String event : stream.split("\n\n")) {
      @Nullable String name = null;
      StringBuilder data = new StringBuilder();
      for (String line : event.split("\n")) {
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        }
      }
      if (!data.isEmpty()) {
        reader.event(name, data.toString(), events::add);
      }
    }
    reader.end(events::add);
    return events;
  }
}

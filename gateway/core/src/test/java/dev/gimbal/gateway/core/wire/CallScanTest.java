package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.GatewayException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallScanTest {

  static CallFields scan(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    CallScan scan = new CallScan();
    scan.feed(bytes, 0, bytes.length);
    return scan.finish();
  }

  static String spliced(String body, boolean askForUsage) {
    return Edit.splice(Buffer.buffer(body), scan(body).editsFor("m", askForUsage)).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"a/b\",\"model\":\"a/c\"}",
        "{\"model\":\"a/b\",\"mod\\u0065l\":\"a/c\"}",
        "{\"\\u006dodel\":\"a/b\",\"model\":\"a/b\"}"
      })
  void shouldRefuseAModelThatStandsTwiceHoweverItIsSpelt(String body) {
    assertThatThrownBy(() -> scan(body))
        .isInstanceOf(GatewayException.class)
        .hasMessage("model: stands twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "best_of"})
  void shouldRefuseEveryDecidingFieldThatStandsTwice(String field) {
    assertThatThrownBy(
            () -> scan("{\"model\":\"a/b\",\"" + field + "\":null,\"" + field + "\":null}"))
        .hasMessage(field + ": stands twice");
  }

  private static CallFields inPath(String generation) {
    String body = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]," + generation + "}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    CallScan scan = new CallScan(new CallScan.InPath("a/b", false, false));
    scan.feed(bytes, 0, bytes.length);
    return scan.finish();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"generationConfig\":{\"candidateCount\":8}",
        "\"generation_config\":{\"candidate_count\":8,\"max_output_tokens\":5}",
        "\"generationConfig\":{\"c\\u0061ndidateCount\":8}"
      })
  void shouldCountTheAnswersThatGeminisCallersAskFor(String generation) {
    assertThat(inPath(generation).answers()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"candidateCount\":1,\"candidate_count\":8}|candidate_count: stands twice",
        "{\"candidateCount\":\"8\"}|candidateCount: must be a whole number, but is a text",
        "{\"maxOutputTokens\":\"8\"}|maxOutputTokens: must be a whole number, but is a text",
        "{\"candidateCount\":[8]}|candidateCount: must be a whole number",
        "{\"candidateCount\":999}|candidateCount: must be a whole number from 1 to 128"
      })
  void shouldNameWhatIsWrongInGeminisCounts(String config, String message) {
    assertThatThrownBy(() -> inPath("\"generationConfig\":" + config)).hasMessage(message);
  }

  @Test
  void shouldCountTheAnswersThatAreMadeToChooseFrom() {
    assertThat(scan("{\"best_of\":5,\"model\":\"a/b\",\"n\":2}").answers()).isEqualTo(5);
    assertThat(scan("{\"model\":\"a/b\",\"n\":2,\"best_of\":null}").answers()).isEqualTo(2);
    assertThatThrownBy(() -> scan("{\"model\":\"a/b\",\"best_of\":\"5\"}"))
        .hasMessage("best_of: must be a whole number, but is a text");
  }

  @Test
  void shouldRefuseIncludeUsageThatStandsTwice() {
    String twice = "{\"include_usage\":true,\"include_us\\u0061ge\":false}";
    assertThatThrownBy(() -> scan("{\"model\":\"a/b\",\"stream_options\":" + twice + "}"))
        .hasMessage("stream_options.include_usage: stands twice");
  }

  @Test
  void shouldLetUnknownFieldsStandAsOftenAsTheyLike() {
    assertThat(scan("{\"x\":1,\"model\":\"a/b\",\"x\":{\"model\":\"inner\",\"model\":2}}").model())
        .isEqualTo("a/b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":1}|model: must be a text",
        "{\"model\":[\"a/b\"]}|model: must be a text",
        "{}|model: is missing",
        "[]|body: must be a JSON object",
        "{\"model\":\"a/b\",\"stream\":\"true\"}|stream: must be true or false, but is a text",
        "{\"model\":\"a/b\",\"stream_options\":[]}|stream_options: must be an object",
        "{\"model\":\"a/b\",\"n\":0}|n: must be a whole number from 1 to 128",
        "{\"model\":\"a/b\",\"n\":1.5}|n: must be a whole number from 1 to 128",
        "{\"model\":\"a/b\",\"max_tokens\":-1}|max_tokens: must be a whole number from 1 to 1000000000",
      })
  void shouldNameWhatIsWrong(String body, String message) {
    assertThatThrownBy(() -> scan(body)).hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"a/b\",\"stream\":true}"
            + "|{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{},\"stream\":true,\"model\":\"a/b\"}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"m\"}",
        "{\"stream_options\":{\"x\":1},\"stream\":true,\"model\":\"a/b\"}"
            + "|{\"stream_options\":{\"include_usage\":true,\"x\":1},\"stream\":true,\"model\":\"m\"}",
        "{\"stream_options\":{\"include_usage\":false},\"stream\":true,\"model\":\"a/b\"}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"m\"}",
        "{\"stream_options\":null,\"stream\":true,\"model\":\"a/b\"}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"m\"}",
        "{\"stream\":false,\"model\":\"a/b\"}|{\"stream\":false,\"model\":\"m\"}",
      })
  void shouldAskEveryStreamForItsUsage(String body, String expected) {
    assertThat(spliced(body, true)).isEqualTo(expected);
  }

  @Test
  void shouldFindTheLimitsAndWhatWasSaidLast() {
    CallFields fields =
        scan(
            "{\"model\":\"a/b\",\"max_tokens\":5,\"max_completion_tokens\":9,\"n\":2,\"messages\":["
                + "{\"role\":\"user\",\"content\":\"first\"},{\"content\":[{\"type\":\"text\","
                + "\"text\":\"last\"}],\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"x\"}]}");

    assertThat(fields.maxTokens()).isEqualTo(9);
    assertThat(fields.answers()).isEqualTo(2);
    assertThat(fields.text()).isEqualTo("last");
  }

  @Test
  void shouldCountTheTextsToEmbed() {
    assertThat(scan("{\"model\":\"a/b\",\"input\":[\"x\",\"y\",\"z\"]}").items()).isEqualTo(3);
    assertThat(scan("{\"model\":\"a/b\",\"input\":[[1,2],[3]]}").items()).isEqualTo(2);
    assertThat(scan("{\"model\":\"a/b\",\"input\":[1,2,3]}").items()).isEqualTo(1);
  }

  @Test
  void shouldDropAByteOrderMark() {
    assertThat(spliced("\uFEFF{\"model\":\"a/b\"}", true)).isEqualTo("{\"model\":\"m\"}");
  }
}

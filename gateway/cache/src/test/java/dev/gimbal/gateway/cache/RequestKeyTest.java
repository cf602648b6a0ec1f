package dev.gimbal.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestKeyTest {
  private static final String CALL =
      "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}";

  private static RequestKey.Read read(String body, CachePolicy policy) {
    return RequestKey.of(Calls.chat(body), policy);
  }

  private static RequestKey.Read read(String body) {
    return read(body, CachePolicy.EXACT);
  }

  private static CachePolicy policy(@Nullable Double mostTemperature, boolean several) {
    return new CachePolicy(
        true, false, Duration.ofHours(1), 1 << 20, mostTemperature, several, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[{\"content\":\"h\u00e9\",\"role\":\"user\"}],\"temperature\":0,\"model\":\"m\"}",
        "{\"model\":\"m\", \"temperature\": 0.0, \"messages\":[ {\"role\":\"user\",\"content\":\"h\\u00e9\"} ] }",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"temperature\":-0e3,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}",
        "{\"model\":\"other\",\"user\":\"u1\",\"metadata\":{\"a\":\"b\"},\"temperature\":0,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}"
      })
  void shouldTakeForEqualWhatOnlyIsWrittenInAnotherWay(String same) {
    assertThat(read(same)).isInstanceOf(RequestKey.Read.Keyed.class).isEqualTo(read(CALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"temperature\":0.1,\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}",
        "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"he\"}]}",
        "{\"model\":\"m\",\"temperature\":\"0\",\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}",
        "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":[\"h\u00e9\"]}]}",
        "{\"model\":\"m\",\"temperature\":0,\"new_field\":null,\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}]}",
        "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\",\"user\":\"x\"}]}"
      })
  void shouldTellApartWhatMayChangeTheAnswer(String other) {
    assertThat(read(other)).isInstanceOf(RequestKey.Read.Keyed.class).isNotEqualTo(read(CALL));
  }

  @Test
  void shouldTellApartTenantScopeModelRouteAndDialect() {
    byte[] body = Calls.bytes(CALL);
    assertThat(
            java.util.stream.Stream.of(
                    Calls.chat(CALL),
                    Calls.chat(Calls.OTHER, "", CALL),
                    Calls.chat(dev.gimbal.platform.ids.TenantId.FIRST, "team-a", CALL),
                    new Question(Calls.chat(CALL).tenant(), "chat", "up/big", "up/gpt", "", body),
                    new Question(Calls.chat(CALL).tenant(), "chat", "up/gpt", "fast", "", body),
                    new Question(
                        Calls.chat(CALL).tenant(), "messages", "up/gpt", "up/gpt", "", body),
                    // Two parts whose border moved are not one key.
                    new Question(Calls.chat(CALL).tenant(), "chat", "up/gptup", "/gpt", "", body))
                .map(question -> RequestKey.of(question, CachePolicy.EXACT))
                .distinct())
        .hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\":2} | SEVERAL",
        "{\"generationConfig\":{\"candidateCount\":3}} | SEVERAL",
        "{\"previous_response_id\":\"r\"} | WORLD",
        "{\"background\":true} | WORLD",
        "{\"tools\":[{\"type\":\"function\"},{\"type\":\"web_search\"}]} | WORLD",
        "{\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"}]} | WORLD",
        "{\"tools\":[{\"googleSearch\":{}}]} | WORLD",
        "{\"a\":1,\"a\":2} | UNREADABLE",
        "{\"a\": | UNREADABLE",
        "{} {} | UNREADABLE"
      })
  void shouldNeverKeepWhatAnotherCallWouldNotGet(String body, Reason reason) {
    assertThat(read(body)).isEqualTo(new RequestKey.Read.Never(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"n\":1,\"background\":false,\"previous_response_id\":null}",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"name\":\"claude\"}]}",
        "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]}",
        "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"42\"}]}"
      })
  void shouldKeepTheCallersOwnToolsAndTheirResults(String body) {
    assertThat(read(body)).isInstanceOf(RequestKey.Read.Keyed.class);
  }

  @Test
  void shouldHoldToThePolicyOfTemperatureAndSeveral() {
    CachePolicy cold = policy(0.5, true);
    assertThat(read("{\"temperature\":0.6}", cold))
        .isEqualTo(new RequestKey.Read.Never(Reason.TEMPERATURE));
    assertThat(read("{}", cold)).isEqualTo(new RequestKey.Read.Never(Reason.TEMPERATURE));
    assertThat(read("{\"generationConfig\":{\"temperature\":0.5}}", cold))
        .isInstanceOf(RequestKey.Read.Keyed.class);
    assertThat(read("{\"n\":2,\"temperature\":0}", cold)).isInstanceOf(RequestKey.Read.Keyed.class);
  }
}

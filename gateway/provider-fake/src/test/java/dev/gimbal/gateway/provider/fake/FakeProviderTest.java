package dev.gimbal.gateway.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.testing.HeardAnswer;
import dev.gimbal.gateway.testing.ProviderContractTest;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeProviderTest extends ProviderContractTest {

  @Override
  protected Provider create(Vertx vertx) {
    return FakeModule.create(new FakeConfig(Duration.ofMillis(120)));
  }

  @Override
  protected String model() {
    return "scripted";
  }

  @Override
  protected String slowModel() {
    return "echo";
  }

  @Test
  void shouldSayInEveryAnswerThatNoModelWroteIt() throws Exception {
    for (Script script : Script.values()) {
      HeardAnswer heard = start(script.model(), false);
      heard.end(Duration.ofSeconds(20));
      assertThat(heard.body()).contains("Scripted answer, no model: ");
    }
  }

  @Test
  void shouldGiveTheSameVectorForTheSameTextAndAnotherForAnother() throws Exception {
    JsonNode call =
        Json.tree("{\"input\": [\"one\", \"two\", \"one\"], \"encoding_format\": \"base64\"}");

    JsonNode data = Json.tree(FakeVectors.answer(call).toString()).path("data");

    assertThat(data).hasSize(3);
    assertThat(data.get(0).path("embedding")).isEqualTo(data.get(2).path("embedding"));
    assertThat(data.get(0).path("embedding")).isNotEqualTo(data.get(1).path("embedding"));
  }

  @Test
  void shouldGiveAVectorOfLengthOneAsNumbersAndPacked() throws Exception {
    JsonNode plain = vector("{\"input\": \"one\"}");
    JsonNode packed = vector("{\"input\": \"one\", \"encoding_format\": \"base64\"}");

    FloatBuffer unpacked =
        ByteBuffer.wrap(packed.binaryValue()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    assertThat(unpacked.remaining()).isEqualTo(FakeVectors.DIMENSIONS);
    double square = 0;
    for (JsonNode number : plain) {
      assertThat(unpacked.get()).isEqualTo(number.floatValue());
      square += number.doubleValue() * number.doubleValue();
    }
    assertThat(square).isCloseTo(1, within(1e-5));
    assertThat(unpacked.hasRemaining()).isFalse();
  }

  private static JsonNode vector(String call) throws IOException {
    return Json.tree(FakeVectors.answer(Json.tree(call)).toString()).at("/data/0/embedding");
  }

  @Test
  void shouldRefuseAnInputThatHoldsNoText() throws Exception {
    JsonNode call = Json.tree("{\"input\": [1, 2]}");

    assertThatThrownBy(() -> FakeVectors.answer(call))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("must hold texts");
  }

  @Test
  void shouldBeListedAsScripted() throws Exception {
    try (Provider provider = FakeModule.create(FakeConfig.DEFAULT)) {
      assertThat(provider.models()).isNotEmpty().allMatch(Model::scripted);
    }
  }

  @Test
  void shouldQuoteTheFirstPassage() {
    String prompt =
        "Passages:\n\n<<<passage 1 k7>>>\n(Guide > Start)\nTake the left door. Then go on.\n"
            + "<<<end of passage 1 k7>>>\n\nQuestion: which door?";

    assertThat(Script.QUOTE.answer(prompt))
        .isEqualTo("Scripted answer, no model: Take the left door. [1]");
    assertThat(Script.QUOTE.answer("hello")).contains("without passages");
  }
}

package dev.gimbal.gateway.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.testing.HeardAnswer;
import dev.gimbal.gateway.testing.ProviderContractTest;
import io.vertx.core.Vertx;
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

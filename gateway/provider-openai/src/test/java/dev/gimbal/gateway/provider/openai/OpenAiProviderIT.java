package dev.gimbal.gateway.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.testing.HeardAnswer;
import dev.gimbal.gateway.testing.ProviderContractTest;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OpenAiProviderIT extends ProviderContractTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private ScenarioUpstream upstream;

  @Override
  protected Provider create(Vertx vertx) {
    upstream = ScenarioUpstream.start(vertx);
    ProviderSettings settings =
        new ProviderSettings("up", URI.create(upstream.baseUrl()), "sk-1", true);
    return OpenAiModule.create(HttpProviderConfig.DEFAULT, vertx).create(settings);
  }

  @Override
  protected String model() {
    return "plain";
  }

  @Override
  protected String slowModel() {
    return "slow-60";
  }

  @Test
  void shouldSendTheCredentialAndNothingOfTheCallers() throws Exception {
    start("plain", false).end(PATIENCE);

    assertThat(upstream.received().getFirst().headers().get("authorization"))
        .isEqualTo("Bearer sk-1");
  }

  @Test
  void shouldInflateAnAnswerThatCameZipped() throws Exception {
    HeardAnswer heard = start("gzip", false);

    assertThat(heard.end(PATIENCE)).isEqualTo("end");
    assertThat(heard.body()).contains("Hello from the scenario.");
  }

  @Test
  void shouldSayThatAnAnswerBrokeOff() throws Exception {
    assertThat(start("cut", false).end(PATIENCE)).isEqualTo("upstream_failed");
    assertThat(start("cut", true).end(PATIENCE)).isEqualTo("upstream_failed");
  }

  @Test
  void shouldKeepOneConnectionForCallsOneAfterAnother() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(start("plain", false).end(PATIENCE)).isEqualTo("end");
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }
}

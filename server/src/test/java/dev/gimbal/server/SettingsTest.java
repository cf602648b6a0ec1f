package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.observability.core.ContentPolicy;
import dev.gimbal.platform.config.ConfigException;
import dev.gimbal.platform.config.ConfigLoader;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SettingsTest {

  @ParameterizedTest
  @EnumSource(ContentPolicy.class)
  void shouldTellTheLedgerAndTheGatewayTheSameContentPolicy(ContentPolicy policy) {
    GimbalConfig config = config(policy.name().toLowerCase(Locale.ROOT));

    assertThat(Settings.observability(config.evidence(), Path.of("data")).content())
        .isEqualTo(policy);
    assertThat(Settings.gateway(config).content().name()).isEqualTo(policy.name());
  }

  @Test
  void shouldTakeAsLargeABodyAsItIsTold() {
    GimbalConfig config =
        ConfigLoader.load(GimbalConfig.class, null, Map.of("GIMBAL_GATEWAY_MAX_BODY", "512MiB"));

    assertThat(Settings.gateway(GimbalConfig.DEFAULT).bodies()).isEqualTo(Bodies.DEFAULT);
    assertThat(Settings.gateway(config).bodies().maxBytes()).isEqualTo(512L << 20);
    assertThat(Settings.gateway(config).bodies().maxBytesInFlight()).isEqualTo(512L << 20);
  }

  @Test
  void shouldRefuseAContentPolicyThatIsNone() {
    assertThatThrownBy(() -> config("masked"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "evidence.content must be one of full, redacted, hash, off, but is masked");
  }

  private static GimbalConfig config(String content) {
    return ConfigLoader.load(GimbalConfig.class, null, Map.of("GIMBAL_EVIDENCE_CONTENT", content));
  }
}

package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.alert.AlertConfig;
import dev.gimbal.observability.core.ContentPolicy;
import dev.gimbal.observability.core.export.CallLogConfig;
import dev.gimbal.observability.core.export.OtlpConfig;
import dev.gimbal.platform.config.ConfigException;
import dev.gimbal.platform.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    assertThat(Settings.gateway(GimbalConfig.DEFAULT).bodies().maxBytes())
        .isEqualTo(Bodies.DEFAULT.maxBytes());
    assertThat(Settings.gateway(config).bodies().maxBytes()).isEqualTo(512L << 20);
    assertThat(Settings.gateway(config).bodies().maxBytesInFlight()).isEqualTo(512L << 20);
  }

  @Test
  void shouldHaveNoMoreBodiesInFlightThanAQuarterOfTheHeapHolds() {
    assertThat(Settings.inFlight(32L << 20, 1L << 30)).isEqualTo(256L << 20);
    assertThat(Settings.inFlight(32L << 20, 192L << 20)).isEqualTo(48L << 20);
    assertThat(Settings.inFlight(32L << 20, 64L << 20)).isEqualTo(32L << 20);
  }

  @Test
  void shouldRefuseAContentPolicyThatIsNone() {
    assertThatThrownBy(() -> config("masked"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "evidence.content must be one of full, redacted, hash, off, but is masked");
  }

  @Test
  void shouldSendNothingOutUnlessToldWhere(@TempDir Path folder) throws Exception {
    assertThat(Settings.gateway(GimbalConfig.DEFAULT).alerts().smtp()).isNull();
    assertThat(Settings.otlp(GimbalConfig.DEFAULT, "1")).isNull();
    assertThat(CallLogConfig.of(GimbalConfig.DEFAULT.gateway().callLog(), folder)).isNull();

    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file =
        Files.writeString(
            folder.resolve("gimbal.yaml"),
            """
            gateway: {call-log: calls.jsonl}
            alerts: {smtp: {host: mail.example.org, password: "file:%s", from: a@example.org}}
            telemetry:
              otlp:
                endpoint: "http://collector:4318/v1/traces"
                headers: {authorization: "file:%s"}
            """
                .formatted(secret, secret));
    GimbalConfig config = ConfigLoader.load(GimbalConfig.class, file, Map.of());
    AlertConfig.Smtp smtp = Objects.requireNonNull(Settings.gateway(config).alerts().smtp());
    assertThat(smtp.port()).isEqualTo(587);
    assertThat(smtp.security()).isEqualTo(AlertConfig.Security.STARTTLS);
    assertThat(smtp.password()).isEqualTo("s3cret");
    OtlpConfig otlp = Objects.requireNonNull(Settings.otlp(config, "1"));
    assertThat(otlp.headers()).containsEntry("authorization", "s3cret");
    assertThat(otlp.content()).isFalse();
    assertThat(config.toString() + smtp + otlp).doesNotContain("s3cret");
    assertThat(Objects.requireNonNull(CallLogConfig.of(config.gateway().callLog(), folder)).file())
        .isEqualTo(folder.resolve("calls.jsonl"));
  }

  private static GimbalConfig config(String content) {
    return ConfigLoader.load(GimbalConfig.class, null, Map.of("GIMBAL_EVIDENCE_CONTENT", content));
  }
}

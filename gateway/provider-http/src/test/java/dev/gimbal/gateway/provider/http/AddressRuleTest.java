package dev.gimbal.gateway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.provider.api.AddressRule;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private static final Vertx VERTX = Vertx.vertx();
  private final ProviderFactory factory =
      HttpProviders.factory(
          "plain", settings -> new PlainWire(), HttpProviderConfig.DEFAULT, VERTX);

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static ProviderSettings at(String url, boolean allowPrivate) {
    return new ProviderSettings("p", URI.create(url), null, allowPrivate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/v1",
        "http://127.9.9.9:8000/v1",
        "http://localhost/v1",
        "http://0.0.0.0/v1",
        "http://2130706433/v1",
        "http://10.1.2.3/v1",
        "http://172.16.0.1/v1",
        "http://192.168.1.1/v1",
        "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/v1",
        "http://198.18.0.1/v1",
        "http://255.255.255.255/v1",
        "http://224.0.0.1/v1",
        "http://[::1]/v1",
        "http://[::]/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://[::ffff:a9fe:a9fe]/v1",
        "http://[::127.0.0.1]/v1",
        "http://[64:ff9b::7f00:1]/v1",
        "http://[64:ff9b:1::1]/v1",
        "http://[2002:7f00:1::]/v1",
        "http://[2001::1]/v1",
        "http://[fe80::1]/v1",
        "http://[fc00::1]/v1",
        "http://[fd12:3456::1]/v1",
        "http://[ff02::1]/v1"
      })
  void shouldRefuseEveryWayToSayAPrivateAddress(String url) {
    assertThatThrownBy(() -> factory.check(at(url, false)))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FORBIDDEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "172.32.0.1"})
  void shouldTakePublicAddresses(String address) throws Exception {
    assertThat(AddressRule.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void shouldTakePrivateAddressesWhereTheOperatorAllowsThem() {
    factory.check(at("http://127.0.0.1:1/v1", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user:pw@8.8.8.8/",
        "http:/v1",
        "http://8.8.8.8/v1?x=1",
        "http://8.8.8.8/v1#x"
      })
  void shouldRefuseAddressesThatAreNoBase(String url) {
    assertThatThrownBy(() -> factory.check(at(url, true))).hasMessageStartingWith("base_url: must");
  }
}

package dev.gimbal.gateway.core.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.core.provider.FileProviders;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayFileReaderTest {
  private static final String HASH = "sha256:" + "ab".repeat(32);
  private static final String OTHER = "sha256:" + "cd".repeat(32);

  private static final String WHOLE =
      """
      keys:
        - {name: app, key: "%s", role: developer, requests_per_minute: 60}
        - {name: app, key: "%s", tenant: acme, expires_at: 2027-01-01T00:00:00Z}
      providers:
        - {name: up, dialect: openai, base_url: "http://127.0.0.1:1/v1", parallel_calls: 5, queue: 2}
      prices:
        - {model: up/m, input_usd_per_million: "1", output_usd_per_million: "2", tenant: acme}
      routes:
        - name: fast
          targets: [{model: up/m}]
          time_limits: {connect_millis: 500, whole_millis: 60000}
      budgets:
        - {name: all, limit_usd: "5", period: month}
        - {name: app, scope: {key: app}, limit_tokens: 1000, period: day}
      limits:
        - {name: rate, scope: {route: fast}, requests_per_minute: 10, parallel_calls: 2}
      guards:
        - {name: mails, kind: pii, places: [prompt], action: block, settings: {entities: [email]}}
      cache:
        - {route: fast, exact: true, ttl_seconds: 60}
      """
          .formatted(HASH, OTHER);

  @Test
  void shouldGiveEachTenantItsOwnAndWhatNamesNobodyToAll() {
    GatewayFile file = read(WHOLE);

    assertThat(file.keys()).hasSize(2);
    TenantId first = file.keys().getFirst().principal().tenant();
    TenantId acme = file.keys().getLast().principal().tenant();
    assertThat(first).isEqualTo(TenantId.FIRST).isNotEqualTo(acme);
    assertThat(file.providers().getFirst().owners()).containsExactlyInAnyOrder(first, acme);
    assertThat(file.tenants().get(first).prices()).isEmpty();
    assertThat(file.tenants().get(acme).prices()).hasSize(1);
    assertThat(file.tenants().get(first).limits()).hasSize(4);
    assertThat(file.tenants().get(acme).routes().get("fast").timeLimits())
        .isEqualTo(new TimeLimits(Duration.ofMillis(500), null, null, Duration.ofMinutes(1)));
    assertThat(file.tenants().get(acme).guards()).hasSize(1);
    assertThat(file.tenants().get(acme).cache()).containsKey("fast");
  }

  @Test
  void shouldKeepTheIdsOfLimitsWhenTheirAmountsChangeAndNoneOfAnotherScope() {
    List<Limit> before = read(WHOLE).tenants().get(TenantId.FIRST).limits();
    String raised = WHOLE.replace("limit_usd: \"5\"", "limit_usd: \"50\"");
    List<Limit> after = read(raised).tenants().get(TenantId.FIRST).limits();
    String moved = WHOLE.replace("scope: {key: app}", "scope: {route: fast}");

    assertThat(after).extracting(Limit::id).isEqualTo(before.stream().map(Limit::id).toList());
    assertThat(after.getFirst().amount()).isNotEqualTo(before.getFirst().amount());
    assertThat(read(moved).tenants().get(TenantId.FIRST).limits().get(1).id())
        .isNotEqualTo(before.get(1).id());
  }

  @Test
  void shouldNameFieldAndLineOfEveryErrorAndTheNearestOfAnUnknownField() {
    assertThatThrownBy(() -> read(WHOLE.replace("budgets:", "budgtes:")))
        .hasMessageContaining("line 12: budgtes is not a field here")
        .hasMessageContaining("did you mean budgets?");
    assertThatThrownBy(
            () ->
                read(
                    WHOLE
                        .replace("parallel_calls: 5", "paralel_calls: 5")
                        .replace("{model: up/m}]", "{model: down/m}]")))
        .hasMessageContaining("line 5: providers[0].paralel_calls")
        .hasMessageContaining("did you mean parallel_calls?")
        .hasMessageContaining("line 10: routes[0].targets[0].model there is no provider of down/m");
    assertThatThrownBy(() -> read(WHOLE.replace("scope: {key: app}", "scope: {key: ap}")))
        .hasMessageContaining("line 14: budgets[1].scope.key there is no key ap");
    assertThatThrownBy(() -> read(WHOLE.replace("entities: [email]", "entities: [emial]")))
        .hasMessageContaining("line 18: guards[0].settings.entities");
    assertThatThrownBy(() -> read(WHOLE.replace("limit_usd: \"5\"", "limit_usd: 5")))
        .hasMessageContaining("line 13: budgets[0].limit_usd must be text");
    assertThatThrownBy(() -> read(WHOLE.replace("ttl_seconds: 60", "ttl_seconds: 0")))
        .hasMessageContaining("line 20: cache[0].ttl_seconds must be 1 to");
    assertThatThrownBy(() -> read(WHOLE + "  - : ["))
        .isInstanceOf(GatewayFileException.class)
        .hasMessageContaining("line 21");
  }

  @Test
  void shouldHoldNoSecretItselfAndNoKeyTwice() {
    assertThatThrownBy(() -> read(WHOLE.replace(HASH, "gmb_thisisasecretthatstandsinafile")))
        .hasMessageContaining("line 2: keys[0].key a file holds no secret itself")
        .hasMessageNotContaining("gmb_this");
    assertThatThrownBy(() -> read(WHOLE.replace(OTHER, HASH)))
        .hasMessageContaining("line 3: keys[1].key another key has the same text");
    assertThatThrownBy(
            () -> read(WHOLE.replace("parallel_calls: 5, queue: 2", "credential: sk-secret")))
        .hasMessageContaining("providers[0].credential a file holds no secret itself")
        .hasMessageNotContaining("sk-secret");
    assertThatThrownBy(() -> read(WHOLE.replace(HASH, "env:GIMBAL_NO_SUCH_VARIABLE")))
        .hasMessageContaining("env:GIMBAL_NO_SUCH_VARIABLE");
  }

  @Test
  void shouldTakeWhereAlertsGoAndTheSharesOfABudgetThatAreTold() {
    String hook =
        "alert_channels:\n  - {name: hook, kind: webhook, url: \"https://example.org\"%s}\n";
    GatewayFile.Tenant own =
        read(WHOLE.replace("period: month", "period: month, alert_at: [0.5]") + hook.formatted(""))
            .tenants()
            .get(TenantId.FIRST);
    assertThat(own.channels()).hasSize(1);
    assertThat(own.watched().get(0).shares()).containsExactly(0.5);
    assertThat(own.watched().get(1).shares()).containsExactly(0.8, 1.0);

    assertThatThrownBy(() -> read(WHOLE + hook.formatted(", secret: s3cret")))
        .hasMessageContaining("alert_channels[0].secret a file holds no secret itself");
    assertThatThrownBy(() -> read(WHOLE + hook.formatted(", secret: \"env:NO_SUCH_NAME\"")))
        .hasMessageContaining("env:NO_SUCH_NAME");
    assertThatThrownBy(
            () ->
                read(
                    WHOLE
                        + "alert_channels:\n"
                        + "  - {name: ops, kind: email, recipients: [\"a@example.org\"]}\n"))
        .hasMessageContaining("alert_channels[0].kind e-mail needs alerts.smtp");
  }

  private static GatewayFile read(String text) {
    ProviderCatalog catalog = new ProviderCatalog(Map.of());
    FileProviders providers = new FileProviders(catalog, List.of(new OpenAi()), true);
    return GatewayFileReader.read(
        text,
        new GatewayFileReader.Rules(
            providers, Set.of("fake"), List.of("injection"), Duration.ofMinutes(15), false));
  }

  /// Makes nothing: reading a file connects to nobody.
  private static final class OpenAi implements ProviderFactory {
    @Override
    public String dialect() {
      return "openai";
    }

    @Override
    public void check(ProviderSettings settings) {}

    @Override
    public Provider create(ProviderSettings settings) {
      throw new AssertionError("reading makes no provider");
    }
  }
}

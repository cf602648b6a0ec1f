package dev.gimbal.gateway.core.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

final class GatewayMetersTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  private final Map<String, Long> counted = new TreeMap<>();
  private final GatewayMeters meters =
      new GatewayMeters(
          new Kept(),
          new ProviderCatalog(Map.of()),
          (tenant, guard) -> guard.equals("acme.secret-project") ? "phrases" : null);

  private final class Kept implements Metrics {
    @Override
    public Counter counter(String name, String... tags) {
      return amount -> add(name, amount, tags);
    }

    @Override
    public Timer timer(String name, String... tags) {
      return took -> add(name, took.toMillis(), tags);
    }

    @Override
    public Amounts amounts(String name, String... tags) {
      return amount -> add(name, amount, tags);
    }

    @Override
    public void gauge(String name, DoubleSupplier value, String... tags) {
      add(name, Math.round(value.getAsDouble()), tags);
    }

    private void add(String name, long amount, String... tags) {
      counted.merge(name + " " + String.join(" ", tags), amount, Long::sum);
    }
  }

  private static EndedCall call(Outcome outcome, String error, Map<String, Object> notes) {
    CallOpened opened = Records.opened(TENANT, UUID.randomUUID(), 5L, AT);
    return new EndedCall(
        opened,
        new CallSettled(
            TENANT,
            opened.id(),
            outcome,
            200,
            error,
            12L,
            null,
            34L,
            false,
            7L,
            null,
            "mine/other",
            new CallSettled.Step(true, notes),
            null,
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            AT));
  }

  @Test
  void shouldCountCallsByTheConventionsWithoutNamingWhatATenantNamed() {
    meters.kept(List.of(call(Outcome.SUCCEEDED, null, Map.of())), List.of());

    assertThat(counted)
        .containsEntry(
            "gen_ai.client.token.usage gen_ai.operation.name chat gen_ai.provider.name other"
                + " gen_ai.token.type input",
            12L)
        .containsEntry(
            "gen_ai.client.token.usage gen_ai.operation.name chat gen_ai.provider.name other"
                + " gen_ai.token.type output",
            34L)
        .containsEntry(
            "gen_ai.client.operation.duration gen_ai.operation.name chat gen_ai.provider.name"
                + " other error.type ",
            50L)
        .containsEntry(
            "gen_ai.server.time_to_first_token gen_ai.operation.name chat gen_ai.provider.name"
                + " other",
            20L)
        .containsEntry("gimbal.gateway.failovers provider other", 1L);
    assertThat(counted.toString()).doesNotContain("mine");
  }

  @Test
  void shouldCountRefusalsByTheirReasonAndWhatNobodyKnowsAsOther() {
    meters.kept(
        List.of(
            call(Outcome.REFUSED, "budget_spent", Map.of()),
            call(Outcome.REFUSED, "budget_spent", Map.of()),
            call(Outcome.REFUSED, "made_up_by_somebody", Map.of())),
        List.of());

    assertThat(counted)
        .containsEntry("gimbal.gateway.refused reason budget_spent", 2L)
        .containsEntry("gimbal.gateway.refused reason other", 1L);
  }

  @Test
  void shouldCountVerdictsByTheKindOfTheGuardAndNeverByItsName() {
    meters.kept(
        List.of(
            call(
                Outcome.SUCCEEDED,
                null,
                Map.of(
                    "gimbal.guard.acme.secret-project.tool_arguments",
                    "found redact {phrase=1}",
                    "gimbal.cache",
                    "hit; similarity=0.93"))),
        List.of());

    assertThat(counted)
        .containsEntry(
            "gimbal.gateway.guard.verdicts kind phrases place tool_arguments verdict found action"
                + " redact",
            1L)
        .containsEntry("gimbal.gateway.cache.looks result hit", 1L);
    assertThat(counted.toString()).doesNotContain("acme");
  }
}

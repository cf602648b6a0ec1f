package dev.gimbal.observability.testing;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Records as tests need them: plausible in every field, told apart by their ids.
public final class Records {
  private Records() {}

  /// A chat call to `openai/gpt-4.1`.
  public static CallOpened opened(
      TenantId tenant, UUID id, @Nullable Long reservedNanoUsd, Instant at) {
    return new CallOpened(
        tenant,
        id,
        null,
        TraceContext.begin(),
        null,
        "key_test",
        CallOpened.Kind.CHAT,
        "openai/gpt-4.1",
        "openai/gpt-4.1",
        false,
        1,
        reservedNanoUsd,
        Map.of("team", "search"),
        at);
  }

  /// The end of that call.
  public static CallSettled settled(
      CallOpened call, Outcome outcome, @Nullable Long costNanoUsd, Instant at) {
    return settled(call, outcome, costNanoUsd, null, at);
  }

  /// The end of a call that saved something.
  public static CallSettled settled(
      CallOpened call,
      Outcome outcome,
      @Nullable Long costNanoUsd,
      @Nullable Long savedNanoUsd,
      Instant at) {
    boolean succeeded = outcome == Outcome.SUCCEEDED;
    return new CallSettled(
        call.tenant(),
        call.id(),
        outcome,
        succeeded ? 200 : 502,
        succeeded ? null : "upstream_failed",
        12L,
        null,
        34L,
        false,
        costNanoUsd,
        savedNanoUsd,
        null,
        null,
        null,
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        at);
  }
}

package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.gimbal.observability.api.CallAttempt;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.core.recent.KeptCall;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RecentRoutesTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:20:00Z");
  private static final TypeReference<Map<String, Object>> NOTED = new TypeReference<>() {};

  @Test
  void shouldShowEachAttemptOfACallThatHadMoreThanOne() throws Exception {
    Map<String, Object> noted = new HashMap<>();
    noted.putAll(new CallAttempt(2, "eu/b", "second", "succeeded", null, 7, 150L).attributes());
    noted.putAll(
        new CallAttempt(1, "us/a", "first", "status 503", "upstream_failed", 12, null)
            .attributes());

    CallView view = RecentRoutes.view(call(noted));

    assertThat(view.attempts())
        .containsExactly(
            new CallView.Attempt(1, "us/a", "first", "status 503", "upstream_failed", 12, null),
            new CallView.Attempt(2, "eu/b", "second", "succeeded", null, 7, "0.00000015"));
  }

  @Test
  void shouldShowNoAttemptsOfACallThatHadOne() throws Exception {
    assertThat(RecentRoutes.view(call(Map.of("gimbal.cache", "miss"))).attempts()).isNull();
  }

  /// A call whose attributes have been to a file and back.
  private static KeptCall call(Map<String, Object> noted) throws Exception {
    CallOpened opened = Records.opened(TenantId.FIRST, UUID.randomUUID(), null, AT);
    Map<String, Object> read = Json.MAPPER.readValue(Json.write(noted), NOTED);
    CallSettled settled = Records.settled(opened, Outcome.SUCCEEDED, 1L, AT);
    return new KeptCall(opened, settled.as(new CallSettled.Step(true, read), null));
  }
}

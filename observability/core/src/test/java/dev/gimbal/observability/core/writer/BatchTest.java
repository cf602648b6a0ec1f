package dev.gimbal.observability.core.writer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A call that was opened at one price and again at another is still one call.
final class BatchTest {
  private static final Instant AT = Instant.parse("2026-11-23T04:00:00Z");
  private static final UUID ID = new UUID(1, 2);

  private final CallOpened free = Records.opened(TenantId.FIRST, ID, 0L, AT);
  private final CallOpened paying = Records.opened(TenantId.FIRST, ID, 7L, AT);
  private final Entry killed = new Entry.Started(AT);

  @Test
  void shouldLoseACallAtThePriceThatItWasLastOpenedAt() {
    Batch batch = Batch.of(List.of(opened(free), opened(paying), killed), Map.of());

    assertThat(batch.calls()).containsExactly(new CallRow(paying, null));
    assertThat(batch.opened()).isEmpty();
  }

  @Test
  void shouldKeepTheNewPriceOfACallThatWasOpenBefore() {
    Batch batch = Batch.of(List.of(opened(paying)), Map.of(ID, free));

    assertThat(batch.calls()).isEmpty();
    assertThat(batch.closed()).containsOnlyKeys(ID);
    assertThat(batch.opened()).isEqualTo(Map.of(ID, paying));
    assertThat(batch.ignored()).isZero();
  }

  @Test
  void shouldEndACallOnceThatWasOpenedAgain() {
    Entry ended = new Entry.Settled(Records.settled(paying, Outcome.SUCCEEDED, 5L, AT));

    Batch batch = Batch.of(List.of(opened(paying), ended, ended, killed), Map.of(ID, free));

    assertThat(batch.calls()).hasSize(1);
    assertThat(batch.opened()).isEmpty();
    assertThat(batch.closed()).containsOnlyKeys(ID);
    assertThat(batch.ignored()).isEqualTo(1);
  }

  @Test
  void shouldLoseACallOnceThatWasOpenBeforeAndOpenedAgain() {
    Batch batch = Batch.of(List.of(opened(paying), killed), Map.of(ID, free));

    assertThat(batch.calls()).containsExactly(new CallRow(paying, null));
  }

  @Test
  void shouldIgnoreTheSameOpeningTwice() {
    Batch batch = Batch.of(List.of(opened(free), opened(free)), Map.of());

    assertThat(batch.ignored()).isEqualTo(1);
    assertThat(batch.opened()).hasSize(1);
  }

  private static Entry opened(CallOpened call) {
    return new Entry.Opened(call);
  }
}

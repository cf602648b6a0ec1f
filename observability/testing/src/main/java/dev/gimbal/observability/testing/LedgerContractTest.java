package dev.gimbal.observability.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every [Ledger] promises. The one on journal and PostgreSQL and the fake that other rooms
/// test with both extend this.
public abstract class LedgerContractTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
  private static final long WAIT_SECONDS = 30;

  private final TenantId tenant = new TenantId(UUID.randomUUID());
  private final Ids ids = new TimeOrderedIds(Clock.fixed(AT, java.time.ZoneOffset.UTC));

  /// A ledger without records, closed by the test.
  protected abstract Kept empty() throws Exception;

  /// A ledger and what it keeps.
  public interface Kept extends AutoCloseable {
    /// The one that runs now.
    Ledger ledger();

    /// Ends it as a kill does, and starts it again on what it left.
    void killAndRestart() throws Exception;

    /// Every row of the tenant, after everything before has been written.
    List<Row> rows(TenantId tenant) throws Exception;

    @Override
    void close();
  }

  /// One row of a call.
  public record Row(UUID id, Outcome outcome, @Nullable Long costNanoUsd) {}

  @Test
  void shouldKeepOneRowForACallThatWasOpenedAndSettled() throws Exception {
    try (Kept kept = empty()) {
      CallOpened call = open(kept, 500L);
      settle(kept, call, Outcome.SUCCEEDED, 300L);

      assertThat(kept.rows(tenant)).containsExactly(new Row(call.id(), Outcome.SUCCEEDED, 300L));
    }
  }

  @Test
  void shouldKeepTheFirstEndWhenACallIsSettledTwice() throws Exception {
    try (Kept kept = empty()) {
      CallOpened call = open(kept, 500L);
      settle(kept, call, Outcome.FAILED, null);
      settle(kept, call, Outcome.SUCCEEDED, 300L);

      assertThat(kept.rows(tenant)).containsExactly(new Row(call.id(), Outcome.FAILED, null));
    }
  }

  @Test
  void shouldKeepTheFirstEndWhenACallIsSettledAgainAfterItsRowWasWritten() throws Exception {
    try (Kept kept = empty()) {
      CallOpened call = open(kept, 500L);
      settle(kept, call, Outcome.CANCELLED, 1L);
      kept.rows(tenant);
      settle(kept, call, Outcome.SUCCEEDED, 300L);

      assertThat(kept.rows(tenant)).containsExactly(new Row(call.id(), Outcome.CANCELLED, 1L));
    }
  }

  @Test
  void shouldTurnWhatRanDuringAKillIntoUnknownAtItsReservedPrice() throws Exception {
    try (Kept kept = empty()) {
      CallOpened priced = open(kept, 500L);
      CallOpened unpriced = open(kept, null);
      kept.killAndRestart();

      assertThat(kept.rows(tenant))
          .containsExactlyInAnyOrder(
              new Row(priced.id(), Outcome.UNKNOWN, 500L),
              new Row(unpriced.id(), Outcome.UNKNOWN, null));
    }
  }

  @Test
  void shouldKeepEachOfManyCallsOnceAcrossAKill() throws Exception {
    try (Kept kept = empty()) {
      List<UUID> made = new ArrayList<>();
      for (int call = 0; call < 200; call++) {
        CallOpened opened = open(kept, 500L);
        made.add(opened.id());
        if (call % 3 != 0) {
          settle(kept, opened, Outcome.SUCCEEDED, 300L);
        }
        if (call == 100) {
          kept.killAndRestart();
        }
      }
      kept.killAndRestart();

      List<Row> rows = kept.rows(tenant);
      assertThat(rows).extracting(Row::id).containsExactlyInAnyOrderElementsOf(made);
      assertThat(rows).filteredOn(row -> row.outcome() == Outcome.UNKNOWN).hasSize(67);
    }
  }

  @Test
  void shouldShowATenantNoneOfAnothersRows() throws Exception {
    try (Kept kept = empty()) {
      CallOpened call = open(kept, 500L);
      settle(kept, call, Outcome.SUCCEEDED, 300L);

      assertThat(kept.rows(new TenantId(UUID.randomUUID()))).isEmpty();
    }
  }

  private CallOpened open(Kept kept, @Nullable Long reserved) throws Exception {
    CallOpened call = Records.opened(tenant, ids.next(), reserved, AT);
    await(kept.ledger().open(call));
    return call;
  }

  private void settle(Kept kept, CallOpened call, Outcome outcome, @Nullable Long cost)
      throws Exception {
    await(kept.ledger().settle(Records.settled(call, outcome, cost, AT)));
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
  }
}

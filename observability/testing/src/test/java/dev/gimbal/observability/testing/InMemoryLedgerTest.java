package dev.gimbal.observability.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class InMemoryLedgerTest extends LedgerContractTest {
  private static final CallOpened CALL =
      Records.opened(TenantId.FIRST, UUID.randomUUID(), 5L, Instant.EPOCH);

  @Override
  protected Kept empty() {
    InMemoryLedger ledger = new InMemoryLedger();
    return new Kept() {
      @Override
      public Ledger ledger() {
        return ledger;
      }

      @Override
      public void killAndRestart() {
        ledger.restart();
      }

      @Override
      public List<Row> rows(TenantId tenant) {
        return ledger.calls().stream()
            .filter(call -> call.opened().tenant().equals(tenant))
            .map(InMemoryLedgerTest::row)
            .toList();
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void shouldRefuseToOpenWhileItIsFull() {
    InMemoryLedger ledger = new InMemoryLedger();
    ledger.full(true);
    CompletableFuture<Void> refused = ledger.open(CALL).toCompletableFuture();
    ledger.full(false);

    assertThat(refused).isCompletedExceptionally();
    assertThat(ledger.open(CALL).toCompletableFuture()).isCompleted();
  }

  @Test
  void shouldHoldWhatIsSettledUntilItIsLetGo() {
    InMemoryLedger ledger = new InMemoryLedger();
    ledger.holdSettles(true);
    ledger.open(CALL);
    CompletableFuture<Void> settled =
        ledger
            .settle(Records.settled(CALL, Outcome.SUCCEEDED, 1L, Instant.EPOCH))
            .toCompletableFuture();

    assertThat(settled).isNotDone();
    ledger.holdSettles(false);
    assertThat(settled).isCompleted();
  }

  private static Row row(InMemoryLedger.Call call) {
    return new Row(call.opened().id(), call.settled().outcome(), call.settled().costNanoUsd());
  }
}

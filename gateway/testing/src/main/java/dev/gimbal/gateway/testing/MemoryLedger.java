package dev.gimbal.gateway.testing;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A ledger in memory that tests look into. Refuses what breaks the contract: settling a call that
/// was not opened. Thread-safe.
public final class MemoryLedger implements Ledger {
  private final List<CallOpened> opened = new CopyOnWriteArrayList<>();
  private final Map<UUID, CallSettled> settled = new ConcurrentHashMap<>();
  private final List<CallSettled> settlements = new CopyOnWriteArrayList<>();
  private final List<SpanRecord> spans = new CopyOnWriteArrayList<>();
  private final List<ContentRecord> contents = new CopyOnWriteArrayList<>();
  private volatile boolean full;
  private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

  /// From now on no call is taken, or again.
  public void full(boolean now) {
    full = now;
  }

  /// Settling completes only after this.
  public void holdSettling(CompletableFuture<Void> until) {
    gate = until;
  }

  @Override
  public CompletionStage<Void> open(CallOpened call) {
    if (full) {
      return CompletableFuture.failedFuture(
          new LedgerException(LedgerError.LEDGER_FULL, "The journal is full.", null));
    }
    opened.add(call);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> settle(CallSettled call) {
    if (opened.stream().noneMatch(o -> o.id().equals(call.id()))) {
      return CompletableFuture.failedFuture(new IllegalStateException("was never opened"));
    }
    settlements.add(call);
    settled.putIfAbsent(call.id(), call);
    return gate;
  }

  @Override
  public void span(SpanRecord span) {
    spans.add(span);
  }

  @Override
  public void content(ContentRecord content) {
    contents.add(content);
  }

  @Override
  public CompletionStage<Void> flushed() {
    return CompletableFuture.completedFuture(null);
  }

  public List<CallOpened> opened() {
    return List.copyOf(opened);
  }

  /// Every settlement, repeated ones too.
  public List<CallSettled> settlements() {
    return List.copyOf(settlements);
  }

  public List<SpanRecord> spans() {
    return List.copyOf(spans);
  }

  public List<ContentRecord> contents() {
    return List.copyOf(contents);
  }

  /// Waits until so many calls are settled and answers the last settlement.
  public CallSettled awaitSettled(int count) {
    await(() -> settlements.size() >= count);
    return settlements.get(count - 1);
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "opened " + opened.size() + ", settled " + settlements.size());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}

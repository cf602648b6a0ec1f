package dev.gimbal.gateway.core;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.testing.InMemoryLedger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// The ledger in memory, with every opening and settling counted, repeated ones too.
public final class CountingLedger implements Ledger {
  public final InMemoryLedger kept = new InMemoryLedger();
  private final List<CallOpened> opened = new CopyOnWriteArrayList<>();
  private final List<CallSettled> settled = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Void> open(CallOpened call) {
    opened.add(call);
    return kept.open(call);
  }

  @Override
  public CompletionStage<Void> settle(CallSettled call) {
    settled.add(call);
    return kept.settle(call);
  }

  @Override
  public void span(SpanRecord span) {
    kept.span(span);
  }

  @Override
  public void content(ContentRecord content) {
    kept.content(content);
  }

  @Override
  public CompletionStage<Void> flushed() {
    return kept.flushed();
  }

  public List<CallOpened> opened() {
    return List.copyOf(opened);
  }

  public List<CallSettled> settlements() {
    return List.copyOf(settled);
  }

  /// Waits until so many calls are settled and answers the last settlement.
  public CallSettled awaitSettled(int count) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (settled.size() < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("opened " + opened.size() + ", settled " + settled.size());
      }
      LockSupport.parkNanos(1_000_000);
    }
    return settled.get(count - 1);
  }
}

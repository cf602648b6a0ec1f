package dev.gimbal.observability.testing;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A ledger that forgets when the test ends. Keeps the contract of [Ledger] within one process, and
/// can be told to be full or to hold what it is asked to settle. Thread-safe.
public final class InMemoryLedger implements Ledger {
  private final Map<UUID, CallOpened> open = new LinkedHashMap<>();
  private final Map<UUID, Call> calls = new LinkedHashMap<>();
  private final List<SpanRecord> spans = new ArrayList<>();
  private final List<ContentRecord> contents = new ArrayList<>();
  private final List<CompletableFuture<Void>> held = new ArrayList<>();
  private boolean full;
  private boolean holding;

  /// A call at its end.
  public record Call(CallOpened opened, CallSettled settled) {}

  @Override
  public synchronized CompletionStage<Void> open(CallOpened call) {
    if (full) {
      return CompletableFuture.failedFuture(
          new LedgerException(LedgerError.LEDGER_FULL, "The journal is full.", null));
    }
    if (!calls.containsKey(call.id())) {
      open.put(call.id(), call);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletionStage<Void> settle(CallSettled call) {
    CallOpened opened = open.remove(call.id());
    if (opened != null) {
      calls.put(call.id(), new Call(opened, call));
    }
    if (!holding) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    held.add(done);
    return done;
  }

  @Override
  public synchronized void span(SpanRecord span) {
    spans.add(span);
  }

  @Override
  public synchronized void content(ContentRecord content) {
    contents.add(content);
  }

  @Override
  public CompletionStage<Void> flushed() {
    return CompletableFuture.completedFuture(null);
  }

  /// Refuses to open calls from now on, or takes them again.
  public synchronized void full(boolean isFull) {
    this.full = isFull;
  }

  /// Lets what is settled from now on wait, or lets all that waits go on: a slow disk.
  public void holdSettles(boolean hold) {
    List<CompletableFuture<Void>> released;
    synchronized (this) {
      holding = hold;
      released = hold ? List.of() : List.copyOf(held);
      if (!hold) {
        held.clear();
      }
    }
    released.forEach(done -> done.complete(null));
  }

  /// What a restart after a kill does: what was opened and not settled becomes unknown.
  public synchronized void restart() {
    open.values().forEach(call -> calls.put(call.id(), new Call(call, lost(call))));
    open.clear();
  }

  /// Calls that ended, in the order of their ends.
  public synchronized List<Call> calls() {
    return List.copyOf(calls.values());
  }

  /// The call of an id, if it ended.
  public synchronized Optional<Call> call(UUID id) {
    return Optional.ofNullable(calls.get(id));
  }

  /// Calls that run.
  public synchronized List<CallOpened> running() {
    return List.copyOf(open.values());
  }

  /// Spans in the order they came.
  public synchronized List<SpanRecord> spans() {
    return List.copyOf(spans);
  }

  /// Content in the order it came.
  public synchronized List<ContentRecord> contents() {
    return List.copyOf(contents);
  }

  private static CallSettled lost(CallOpened call) {
    return new CallSettled(
        call.tenant(),
        call.id(),
        Outcome.UNKNOWN,
        0,
        null,
        null,
        null,
        null,
        false,
        call.reservedNanoUsd(),
        null,
        null,
        null,
        null,
        null,
        Duration.ZERO,
        call.at());
  }
}

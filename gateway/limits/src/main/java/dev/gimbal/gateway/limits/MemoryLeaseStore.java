package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseRules.Account;
import dev.gimbal.gateway.limits.LeaseRules.Outcome;
import dev.gimbal.gateway.limits.LeaseRules.Row;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/// A [LeaseStore] in this process, for a gateway without a database and for tests: what it counted
/// ends with the process. Thread-safe; answers at once.
public final class MemoryLeaseStore implements LeaseStore {
  private final InstantSource clock;
  private final long ttlMillis;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UUID, Kept> kept = new HashMap<>();

  private record Kept(Account account, List<Row> rows) {
    static final Kept NEW = new Kept(Account.NEW, List.of());
  }

  /// @param ttlMillis how long a lease may be used without being renewed
  public MemoryLeaseStore(InstantSource clock, long ttlMillis) {
    this.clock = clock;
    this.ttlMillis = ttlMillis;
  }

  @Override
  public CompletionStage<Answer> exchange(Ask ask) {
    return CompletableFuture.completedFuture(now(ask));
  }

  private Answer now(Ask ask) {
    lock.lock();
    try {
      UUID id = ask.limit().id();
      Kept before = kept.getOrDefault(id, Kept.NEW);
      Outcome outcome =
          LeaseRules.apply(
              ask.limit(), before.account, before.rows, ask, clock.millis(), ttlMillis);
      kept.put(id, new Kept(outcome.account(), outcome.rows()));
      return outcome.answer();
    } finally {
      lock.unlock();
    }
  }

  /// The leases of a limit, of all windows.
  public List<Row> leases(UUID limit) {
    lock.lock();
    try {
      return kept.getOrDefault(limit, Kept.NEW).rows;
    } finally {
      lock.unlock();
    }
  }
}

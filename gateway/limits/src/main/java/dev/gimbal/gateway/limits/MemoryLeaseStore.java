package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseRules.Account;
import dev.gimbal.gateway.limits.LeaseRules.Outcome;
import dev.gimbal.gateway.limits.LeaseRules.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [LeaseStore] in this process, for a gateway without a database and for tests: what it counted
/// ends with the process. Thread-safe; answers at once.
public final class MemoryLeaseStore implements LeaseStore {
  private final InstantSource clock;
  private final long ttlMillis;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UUID, Kept> kept = new HashMap<>();

  /// @param limit as it was asked for last; null: nobody did
  private record Kept(@Nullable Limit limit, Account account, List<Row> rows) {
    static final Kept NEW = new Kept(null, Account.NEW, List.of());

    Kept without(UUID node, List<Remains> remains, long now) {
      if (limit == null) {
        return this;
      }
      LeaseRules.Burial burial = LeaseRules.bury(limit, rows, node, remains, now);
      List<Row> left = new ArrayList<>(rows);
      left.removeIf(row -> row.node().equals(node));
      left.addAll(burial.changed());
      return new Kept(limit, account, List.copyOf(left));
    }
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

  @Override
  public CompletionStage<Void> bury(UUID node, List<Remains> remains) {
    lock.lock();
    try {
      kept.replaceAll((id, account) -> account.without(node, remains, clock.millis()));
    } finally {
      lock.unlock();
    }
    return CompletableFuture.completedFuture(null);
  }

  private Answer now(Ask ask) {
    lock.lock();
    try {
      UUID id = ask.limit().id();
      Kept before = kept.getOrDefault(id, Kept.NEW);
      Outcome outcome =
          LeaseRules.apply(
              ask.limit(), before.account, before.rows, ask, clock.millis(), ttlMillis);
      kept.put(id, new Kept(ask.limit(), outcome.account(), outcome.rows()));
      return outcome.answer();
    } finally {
      lock.unlock();
    }
  }

  /// What was used of a limit before.
  ///
  /// @param until when it was used up, in milliseconds since 1970
  public record Used(long until, long amount) {}

  /// Counts in what was used of a limit before this process, or before anybody asked for it; of a
  /// limit that is known already nothing.
  ///
  /// @param before in the present window
  public void remember(Limit limit, List<Used> before) {
    long now = clock.millis();
    long window = limit.window().startAt(now);
    lock.lock();
    try {
      if (kept.containsKey(limit.id())) {
        return;
      }
      List<Row> rows = new ArrayList<>();
      long epochs = 0;
      for (Used used : before) {
        UUID ended = new UUID(0, ++epochs);
        long expires = Math.min(now, used.until);
        rows.add(new Row(ended, window, epochs, 0, used.amount, used.amount, 0, expires));
      }
      kept.put(limit.id(), new Kept(limit, new Account(window, epochs), List.copyOf(rows)));
    } finally {
      lock.unlock();
    }
  }

  /// How a limit stands in its present window.
  public Standing standing(Limit limit) {
    long now = clock.millis();
    long window = limit.window().startAt(now);
    long spent = 0;
    long reserved = 0;
    for (Row row : leases(limit.id())) {
      if (row.window() == window) {
        spent += row.spentAt(now);
        reserved += row.reservedAt(now);
      }
    }
    return new Standing(window, spent, reserved);
  }

  /// @param window its start
  public record Standing(long window, long spent, long reserved) {}

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

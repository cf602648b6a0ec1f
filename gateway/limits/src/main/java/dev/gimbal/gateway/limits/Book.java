package dev.gimbal.gateway.limits;

import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// What this node may spend of every limit. It lets calls in by what it leased and asks the store
/// for more when that is not enough. Thread-safe; never blocks.
///
/// It promises that all nodes together never exceed a hard limit, and that they fall short of it by
/// what the others hold unused: at most one lease each.
public final class Book {
  private final Parts parts;
  private final AtomicLong overdrawn = new AtomicLong();
  private final Map<TenantId, Desk> desks = new ConcurrentHashMap<>();

  /// @param node one process from start to end: a restart is another node
  /// @param ticks nanoseconds that only go forward, as `System.nanoTime` does; never the wall clock
  public Book(UUID node, LeaseStore store, BookConfig config, LongSupplier ticks) {
    this(new Parts(node, store, config, ticks, LeaseTrace.NONE));
  }

  public Book(Parts parts) {
    this.parts = parts;
  }

  /// What a book stands on.
  ///
  /// @param node one process from start to end: a restart is another node
  /// @param ticks nanoseconds that only go forward, as `System.nanoTime` does
  /// @param trace hears of each lease what is used of it
  public record Parts(
      UUID node, LeaseStore store, BookConfig config, LongSupplier ticks, LeaseTrace trace) {}

  /// Holds an amount of each limit for a call, or of none and says which one it does not fit into.
  /// Complete at once where leases suffice, or else when the store answered, on its thread.
  ///
  /// @param demands of one tenant; each limit once
  public CompletionStage<Decision> reserve(TenantId tenant, List<Demand> demands) {
    if (demands.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Decision.Admitted(Reservation.FREE, Decision.Standing.NONE));
    }
    return desks.computeIfAbsent(tenant, t -> new Desk(parts, overdrawn)).reserve(demands);
  }

  /// What a limit has left for calls of this node, as far as it knows: the whole of it, if it has
  /// not been asked for. The store may have more.
  public long left(Limit limit) {
    Desk desk = desks.get(limit.tenant());
    return desk == null ? limit.amount() : desk.left(limit);
  }

  /// To be called about ten times a second: renews, reports and gives back leases, and ends what
  /// waited too long.
  public void tick() {
    desks.values().forEach(Desk::tick);
  }

  /// Gives back what no call holds. Complete when the store knows, exceptionally never.
  public CompletionStage<Void> stop() {
    return CompletableFuture.allOf(
        desks.values().stream().map(Desk::stop).toArray(CompletableFuture[]::new));
  }

  /// Units that calls used beyond what was reserved for them, all kinds together.
  public long overdrawn() {
    return overdrawn.get();
  }
}

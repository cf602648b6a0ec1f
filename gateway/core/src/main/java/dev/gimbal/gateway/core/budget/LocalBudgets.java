package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.LimitSet;
import dev.gimbal.gateway.limits.MemoryLeaseStore;
import dev.gimbal.gateway.limits.Window.Rolling;
import dev.gimbal.observability.api.SpentRecord;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Limits of one process without a database: those that keys carry themselves, and what is declared
/// here. What was counted ends with the process, but for budgets, which go on from what is on
/// record. Thread-safe.
public final class LocalBudgets implements AutoCloseable {
  private static final long LEASE_MILLIS = 60_000;
  private static final long TICK_MILLIS = 100;

  private final LimitCatalog catalog = new LimitCatalog();
  private final Clock clock;
  private final SpentRecord before;
  private final MemoryLeaseStore store;
  private final Book book;
  private final Spending spending;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("limits-tick").factory());

  /// Without anything on record.
  public LocalBudgets(Clock clock, Ids ids) {
    this(clock, ids, SpentRecord.NONE);
  }

  /// @param clock tells in which hour, day or month a call falls, never how long ago it was
  /// @param before what was used before a budget was declared here; limits of keys name the key by
  ///     its id
  @SuppressWarnings("FutureReturnValueIgnored") // a book in memory does not fail
  public LocalBudgets(Clock clock, Ids ids, SpentRecord before) {
    this.clock = clock;
    this.before = before;
    this.store = new MemoryLeaseStore(clock, LEASE_MILLIS);
    book = new Book(ids.next(), store, BookConfig.DEFAULT, System::nanoTime);
    spending = new Spending(catalog, book);
    ticker.scheduleAtFixedRate(book::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// What calls reserve from.
  public Spending spending() {
    return spending;
  }

  /// Sets what there is beside the limits of keys. What was counted for an id stays; a budget that
  /// is new begins with what is on record of its window.
  public void declare(List<Limit> limits) {
    limits.forEach(this::remember);
    catalog.swap(
        limits.stream()
            .collect(
                Collectors.groupingBy(
                    Limit::tenant,
                    Collectors.collectingAndThen(Collectors.toList(), LimitSet::new))));
  }

  /// How a limit stands, as of some moments ago.
  public MemoryLeaseStore.Standing standing(Limit limit) {
    return store.standing(limit);
  }

  private void remember(Limit limit) {
    boolean money = limit.unit() == Limit.Unit.NANO_USD;
    if (!money && (limit.unit() != Limit.Unit.TOKENS || limit.window().equals(Rolling.MINUTE))) {
      return;
    }
    Scope scope = limit.scope();
    String route = scope.kind() == Scope.Kind.ROUTE ? scope.name() : null;
    String principal = scope.kind() == Scope.Kind.KEY ? scope.name() : null;
    List<MemoryLeaseStore.Used> used =
        before.since(limit.tenant(), principal, route, start(limit)).stream()
            .map(p -> new MemoryLeaseStore.Used(p.until().toEpochMilli(), amount(p, money)))
            .filter(piece -> piece.amount() > 0)
            .toList();
    store.remember(limit, used);
  }

  private static long amount(SpentRecord.Piece piece, boolean money) {
    return money ? piece.nanoUsd() : piece.tokens();
  }

  private Instant start(Limit limit) {
    return limit.window() instanceof Rolling rolling
        ? clock.instant().minus(rolling.length())
        : Instant.ofEpochMilli(limit.window().startAt(clock.millis()));
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}

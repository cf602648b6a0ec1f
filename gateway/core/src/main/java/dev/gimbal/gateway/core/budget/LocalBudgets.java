package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.LimitSet;
import dev.gimbal.gateway.limits.MemoryLeaseStore;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Limits of one process without a database: those that keys carry themselves, and what is declared
/// here. What was counted ends with the process. Thread-safe.
public final class LocalBudgets implements AutoCloseable {
  private static final long LEASE_MILLIS = 60_000;
  private static final long TICK_MILLIS = 100;
  private static final long NANOS_A_MILLI = 1_000_000;

  private final LimitCatalog catalog = new LimitCatalog();
  private final Book book;
  private final Spending spending;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("limits-tick").factory());

  /// @param clock tells the minute
  @SuppressWarnings("FutureReturnValueIgnored") // a book in memory does not fail
  public LocalBudgets(Clock clock, Ids ids) {
    book =
        new Book(
            ids.next(),
            new MemoryLeaseStore(clock, LEASE_MILLIS),
            BookConfig.DEFAULT,
            () -> clock.millis() * NANOS_A_MILLI);
    spending = new Spending(catalog, book);
    ticker.scheduleAtFixedRate(book::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// What calls reserve from.
  public Spending spending() {
    return spending;
  }

  /// Sets what there is beside the limits of keys. What was counted for an id stays.
  public void declare(List<Limit> limits) {
    catalog.swap(
        limits.stream()
            .collect(
                Collectors.groupingBy(
                    Limit::tenant,
                    Collectors.collectingAndThen(Collectors.toList(), LimitSet::new))));
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}

package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.gateway.limits.MemoryLeaseStore;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Limits of one process without a database: those that keys carry themselves. What was counted
/// ends with the process. Thread-safe.
public final class LocalBudgets implements AutoCloseable {
  private static final long LEASE_MILLIS = 60_000;
  private static final long TICK_MILLIS = 100;
  private static final long NANOS_A_MILLI = 1_000_000;

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
    spending = new Spending(new LimitCatalog(), book);
    ticker.scheduleAtFixedRate(book::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// What calls reserve from.
  public Spending spending() {
    return spending;
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}

package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wires budgets and limits. Close it after the last call ended and before the database.
public final class BudgetModule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetModule.class);
  private static final long TICK_MILLIS = 100;
  private static final long LAST_SECONDS = 2;

  private final BudgetStore store;
  private final ConfigurationFollower follower;
  private final PostgresLeaseStore leases;
  private final UUID node;
  private final Book book;
  private final Spending spending;
  private final ScheduledExecutorService ticker;

  private BudgetModule(Database database, BudgetAlert.Listener alerts, Clock clock, Ids ids) {
    LimitCatalog catalog = new LimitCatalog();
    this.store = new BudgetStore(database, catalog, clock);
    this.follower = new ConfigurationFollower(database, Map.of(BudgetStore.TOPIC, store::reload));
    this.leases = new PostgresLeaseStore(database, alerts, null);
    this.node = ids.next();
    this.book = new Book(node, leases, BookConfig.DEFAULT, System::nanoTime);
    this.spending = new Spending(catalog, book);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("leases-tick").factory());
  }

  /// Reads the limits of all tenants and follows them. Blocks; the schema must be there.
  ///
  /// @param alerts where a share of a limit that was reached is told
  /// @param clock for what is shown; leases go by the database's clock and a monotonic one
  public static BudgetModule create(
      Database database, BudgetAlert.Listener alerts, Clock clock, Ids ids) {
    BudgetModule module = new BudgetModule(database, alerts, clock, ids);
    var _ =
        module.ticker.scheduleAtFixedRate(
            module::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return module;
  }

  /// Says that no other process uses the database, as with the embedded one: what an earlier
  /// process left behind is freed without waiting for its leases to end. Before the first call.
  /// Blocks.
  public void alone() {
    leases.endOthers(node);
  }

  /// An exception would end the ticking for good.
  private void tick() {
    try {
      book.tick();
    } catch (RuntimeException e) {
      LOG.error("leases could not be tended", e);
    }
  }

  /// What calls reserve from.
  public Spending spending() {
    return spending;
  }

  /// What is declared, for routes.
  public BudgetStore store() {
    return store;
  }

  /// Nano-USD and tokens that calls used beyond what was reserved for them.
  public long overdrawn() {
    return book.overdrawn();
  }

  @Override
  public void close() {
    follower.close();
    ticker.shutdownNow();
    try {
      book.stop().toCompletableFuture().get(LAST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("leases were not all given back; they count as spent", e);
    }
    leases.close();
  }
}

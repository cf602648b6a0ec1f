package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.gateway.limits.LeaseTrace;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wires budgets and limits. Close it after the last call ended and before the database.
public final class BudgetModule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetModule.class);
  private static final long TICK_MILLIS = 100;
  private static final long LAST_SECONDS = 2;

  /// A statement takes half as long at most.
  private static final long LATE_SECONDS = 60;

  private final BudgetStore store;
  private final ConfigurationFollower follower;
  private final PostgresLeaseStore leases;
  private final UUID node;
  private final Book book;
  private final Spending spending;
  private final @Nullable LeaseFile file;
  private final ScheduledExecutorService ticker;

  private BudgetModule(
      Database database,
      BudgetAlert.Listener alerts,
      Clock clock,
      Ids ids,
      @Nullable Path directory) {
    LimitCatalog catalog = new LimitCatalog();
    this.store = new BudgetStore(database, catalog, clock);
    this.follower = new ConfigurationFollower(database, Map.of(BudgetStore.TOPIC, store::reload));
    this.leases = new PostgresLeaseStore(database, alerts, null);
    this.node = ids.next();
    this.file = directory == null ? null : LeaseFile.create(directory, node).orElse(null);
    LeaseTrace trace = file == null ? LeaseTrace.NONE : file;
    this.book = new Book(new Book.Parts(node, leases, BookConfig.DEFAULT, System::nanoTime, trace));
    this.spending = new Spending(catalog, book);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("leases-tick").factory());
  }

  /// Reads the limits of all tenants and follows them. Blocks; the schema must be there.
  ///
  /// @param alerts where a share of a limit that was reached is told
  /// @param clock for what is shown; leases go by the database's clock and a monotonic one
  /// @param directory where is written down what is used of leases, so that what a killed process
  ///     held is given back when the next one starts there; null: nowhere, and it stays spent
  public static BudgetModule create(
      Database database,
      BudgetAlert.Listener alerts,
      Clock clock,
      Ids ids,
      @Nullable Path directory) {
    List<LeaseFile.Left> left = directory == null ? List.of() : LeaseFile.left(directory);
    BudgetModule module = new BudgetModule(database, alerts, clock, ids, directory);
    module.bury(left);
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

  /// Gives back what killed processes held, and once more when nothing of theirs can be under way
  /// in the database any more.
  private void bury(List<LeaseFile.Left> left) {
    for (LeaseFile.Left each : left) {
      buried(each, leases.bury(each.node(), each.remains())).join();
      var _ = ticker.schedule(() -> buryAgain(each), LATE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void buryAgain(LeaseFile.Left left) {
    var _ =
        buried(left, leases.bury(left.node(), left.remains()))
            .thenAccept(done -> left.remove(done));
  }

  /// Whether it went well.
  private static CompletableFuture<Boolean> buried(
      LeaseFile.Left left, CompletionStage<Void> done) {
    return done.handle(
            (nothing, failure) -> {
              if (failure != null) {
                LOG.warn("what {} held of limits was not given back", left.node(), failure);
              }
              return failure == null;
            })
        .toCompletableFuture();
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
      if (file != null) {
        file.remove();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("leases were not all given back; they count as spent", e);
    }
    leases.close();
    if (file != null) {
      file.close();
    }
  }
}

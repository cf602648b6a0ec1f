package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LeaseRules;
import dev.gimbal.gateway.limits.LeaseRules.Account;
import dev.gimbal.gateway.limits.LeaseRules.Outcome;
import dev.gimbal.gateway.limits.LeaseStore;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leases in PostgreSQL. Thread-safe; asks are done by two virtual threads, those of one tenant
/// that wait together in one transaction.
///
/// Why it is right at READ COMMITTED: the limit's row is locked first, and its leases are read by a
/// later statement, so it sees what every holder of the lock before wrote. Of two that find a new
/// window, the second finds it begun. Rows are locked in the order of their ids, so two batches do
/// not wait for each other. The clock is the database's: all nodes have the same.
final class PostgresLeaseStore implements LeaseStore, AutoCloseable {
  /// How long a lease may be used without being renewed: calls that it suffices for do not notice
  /// a database that is away for a minute.
  static final Duration TTL = Duration.ofSeconds(90);

  private static final Logger LOG = LoggerFactory.getLogger(PostgresLeaseStore.class);
  private static final int WORKERS = 2;
  private static final int WAITING = 20_000;
  private static final int BATCH = 50;

  private final Database database;
  private final BudgetAlert.Listener alerts;
  private final @Nullable InstantSource clock;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(WAITING);
  private final Semaphore idle = new Semaphore(WORKERS);
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("leases-", 0).factory());

  private record Pending(Ask ask, CompletableFuture<Answer> answer) {
    TenantId tenant() {
      return ask.limit().tenant();
    }
  }

  /// @param clock null: the database's own
  PostgresLeaseStore(
      Database database, BudgetAlert.Listener alerts, @Nullable InstantSource clock) {
    this.database = database;
    this.alerts = alerts;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Answer> exchange(Ask ask) {
    Pending pending = new Pending(ask, new CompletableFuture<>());
    if (!queue.offer(pending)) {
      pending.answer.completeExceptionally(
          new RejectedExecutionException(WAITING + " asks wait for the database"));
    } else if (idle.tryAcquire()) {
      try {
        workers.execute(this::work);
      } catch (RejectedExecutionException e) {
        idle.release();
        pending.answer.completeExceptionally(e);
      }
    }
    return pending.answer;
  }

  private void work() {
    do {
      try {
        List<Pending> batch = next();
        while (!batch.isEmpty()) {
          answer(batch);
          batch = next();
        }
      } finally {
        idle.release();
      }
    } while (!queue.isEmpty() && idle.tryAcquire());
  }

  private List<Pending> next() {
    List<Pending> batch = new ArrayList<>();
    Pending first = queue.poll();
    while (first != null) {
      batch.add(first);
      Pending then = queue.peek();
      boolean fits = then != null && batch.size() < BATCH && then.tenant().equals(first.tenant());
      // Another worker may have taken the one that was seen: then this one is alone.
      first = fits && queue.remove(then) ? then : null;
    }
    batch.sort(Comparator.comparing(pending -> pending.ask.limit().id()));
    return batch;
  }

  private void answer(List<Pending> batch) {
    List<Answer> answers = new ArrayList<>();
    try {
      database.inTransaction(
          batch.getFirst().tenant(),
          transaction -> {
            batch.forEach(pending -> answers.add(apply(transaction, pending.ask)));
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warn("limits could not be leased", e);
      batch.forEach(pending -> pending.answer.completeExceptionally(e));
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      tell(batch.get(i), answers.get(i));
    }
  }

  private static void tell(Pending pending, Answer answer) {
    try {
      pending.answer.complete(answer);
    } catch (RuntimeException e) {
      LOG.error("an answer about leases could not be used", e);
    }
  }

  private record Locked(LimitRow row, long now) {}

  private Answer apply(Transaction transaction, Ask ask) {
    UUID tenant = transaction.tenant().value();
    UUID id = ask.limit().id();
    Optional<Locked> found = lock(transaction, ask.limit());
    if (found.isEmpty()) {
      return Answer.GONE;
    }
    LimitRow row = found.get().row();
    long now = found.get().now();
    Account account = new Account(row.windowStart(), row.epochs());
    Outcome outcome =
        LeaseRules.apply(
            row.limit(),
            account,
            LeaseRows.read(transaction.handle(), tenant, id),
            ask,
            now,
            TTL.toMillis());
    outcome.changed().forEach(lease -> LeaseRows.write(transaction.handle(), tenant, id, lease));
    outcome.gone().forEach(lease -> LeaseRows.remove(transaction.handle(), tenant, id, lease));
    if (!outcome.account().equals(account)) {
      transaction
          .handle()
          .createUpdate(
              """
              UPDATE gateway.spending_limit SET window_start = :window, epochs = :epochs
              WHERE tenant_id = :tenant AND id = :id
              """)
          .bind("window", outcome.account().window())
          .bind("epochs", outcome.account().epochs())
          .bind("tenant", tenant)
          .bind("id", id)
          .execute();
    }
    alert(transaction, row, outcome, now);
    return outcome.answer();
  }

  private Optional<Locked> lock(Transaction transaction, Limit limit) {
    Optional<Locked> found = locked(transaction, limit.id());
    boolean declare =
        limit.implied()
            && (found.isEmpty() || found.get().row().limit().amount() != limit.amount());
    if (!declare) {
      return found;
    }
    BudgetStore.declareImplied(transaction, limit);
    return locked(transaction, limit.id());
  }

  private Optional<Locked> locked(Transaction transaction, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT *, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
            FROM gateway.spending_limit WHERE tenant_id = :tenant AND id = :id FOR UPDATE
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .map(
            (row, context) ->
                new Locked(LimitRow.of(row), clock == null ? row.getLong("now") : clock.millis()))
        .findOne();
  }

  private void alert(Transaction transaction, LimitRow row, Outcome outcome, long now) {
    if (row.alertAt().isEmpty()) {
      return;
    }
    Instant at = Instant.ofEpochMilli(now);
    long spent = outcome.spent(now);
    for (double share : row.alertAt()) {
      if (spent < share * row.limit().amount()) {
        continue;
      }
      int added =
          transaction
              .handle()
              .createUpdate(
                  """
                  INSERT INTO gateway.budget_alert
                    (tenant_id, limit_id, window_start, share, spent, amount, raised)
                  VALUES (:tenant, :limit, :window, :share, :spent, :amount, :raised)
                  ON CONFLICT DO NOTHING
                  """)
              .bind("tenant", transaction.tenant().value())
              .bind("limit", row.limit().id())
              .bind("window", told(row.limit(), outcome.account().window(), now))
              .bind("share", share)
              .bind("spent", spent)
              .bind("amount", row.limit().amount())
              .bind("raised", Timestamp.from(at))
              .execute();
      if (added == 1) {
        alerts.raised(transaction, new BudgetAlert(row.limit(), share, spent, at));
      }
    }
  }

  /// A rolling window has no beginning; a share of it is told once in its length.
  private static long told(Limit limit, long window, long now) {
    return limit.window() instanceof Window.Rolling rolling
        ? now - now % rolling.length().toMillis()
        : window;
  }

  @Override
  public CompletionStage<Void> bury(UUID node, List<Remains> remains) {
    return CompletableFuture.runAsync(() -> buryNow(node, remains), workers);
  }

  private void buryNow(UUID node, List<Remains> remains) {
    List<Leased> leased =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT DISTINCT tenant_id, limit_id FROM gateway.lease WHERE node = :node
                        ORDER BY tenant_id, limit_id
                        """)
                    .bind("node", node)
                    .map(
                        (row, context) ->
                            new Leased(
                                new TenantId(row.getObject("tenant_id", UUID.class)),
                                row.getObject("limit_id", UUID.class)))
                    .list());
    for (Leased each : leased) {
      database.inTransaction(
          each.tenant, transaction -> bury(transaction, each.limit, node, remains));
    }
  }

  private record Leased(TenantId tenant, UUID limit) {}

  private boolean bury(Transaction transaction, UUID id, UUID node, List<Remains> remains) {
    UUID tenant = transaction.tenant().value();
    Optional<Locked> found = locked(transaction, id);
    if (found.isEmpty()) {
      return false;
    }
    LeaseRules.Burial burial =
        LeaseRules.bury(
            found.get().row().limit(),
            LeaseRows.read(transaction.handle(), tenant, id),
            node,
            remains,
            found.get().now());
    burial.changed().forEach(row -> LeaseRows.write(transaction.handle(), tenant, id, row));
    burial.gone().forEach(row -> LeaseRows.remove(transaction.handle(), tenant, id, row));
    return true;
  }

  /// Ends the leases that other processes left behind, where that frees something: their parallel
  /// calls are over, and what they let into rolling windows counts from now at the latest. Blocks.
  ///
  /// @param node the only one that uses the database
  void endOthers(UUID node) {
    database.asOwner(
        handle ->
            handle
                    .createUpdate(
                        """
                        DELETE FROM gateway.lease USING gateway.spending_limit AS l
                        WHERE lease.tenant_id = l.tenant_id AND lease.limit_id = l.id
                          AND l.period = 'running' AND lease.node <> :node
                        """)
                    .bind("node", node)
                    .execute()
                + handle
                    .createUpdate(
                        """
                        UPDATE gateway.lease
                        SET expires = least(expires,
                          (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
                        WHERE node <> :node
                        """)
                    .bind("node", node)
                    .execute());
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}

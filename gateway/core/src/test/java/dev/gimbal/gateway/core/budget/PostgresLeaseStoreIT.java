package dev.gimbal.gateway.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.budget.BudgetStore.Kept;
import dev.gimbal.gateway.core.budget.BudgetStore.Resource;
import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.BookConfig;
import dev.gimbal.gateway.limits.Decision;
import dev.gimbal.gateway.limits.Demand;
import dev.gimbal.gateway.limits.LeaseStore;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresLeaseStoreIT extends LeaseStoreContractTest {
  private static TestDatabase database;
  private PostgresLeaseStore store;
  private BudgetStore budgets;
  private final List<BudgetAlert> alerts = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.fresh();
    database.migrate("gateway");
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void open() {
    store = new PostgresLeaseStore(database, (tx, alert) -> alerts.add(alert), clock);
    budgets = new BudgetStore(database, new LimitCatalog(), clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  LeaseStore store() {
    return store;
  }

  @Override
  void declare(Limit limit) {
    database.inTransaction(
        limit.tenant(),
        tx ->
            budgets.add(
                tx, Resource.BUDGET, new Kept(limit, List.of(0.5, 1.0), 1, clock.instant())));
  }

  private static Limit limit(Unit unit, long amount, Window window) {
    return new Limit(
        UUID.randomUUID(),
        TenantId.FIRST,
        "b" + amount,
        Scope.TENANT,
        unit,
        amount,
        window,
        true,
        false);
  }

  /// Calls of 3 units from three nodes until each of them is refused.
  @Test
  void shouldNeverExceedALimitWithThreeNodesNorFallShortByMoreThanALeaseEach() {
    Limit limit = limit(Unit.TOKENS, 1_000, new Window.Total());
    declare(limit);
    List<Book> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      nodes.add(new Book(new UUID(5, i), store, BookConfig.DEFAULT, System::nanoTime));
    }
    List<CompletableFuture<Decision>> decisions = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      decisions.add(
          nodes
              .get(i % 3)
              .reserve(limit.tenant(), List.of(new Demand(limit, 3)))
              .toCompletableFuture());
    }
    long admitted =
        decisions.stream().filter(d -> d.join() instanceof Decision.Admitted).count() * 3;

    long largest =
        database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT max(held) FROM gateway.lease WHERE limit_id = :limit")
                    .bind("limit", limit.id())
                    .mapTo(Long.class)
                    .one());
    assertThat(admitted).isBetween(1_000 - 2 * largest, 1_000L);
    decisions.forEach(
        decision -> {
          if (decision.join() instanceof Decision.Admitted yes) {
            yes.reservation().settle(null, 2L);
          }
        });
    nodes.forEach(node -> node.stop().toCompletableFuture().join());
    long spent =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        "SELECT sum(spent) FROM gateway.lease WHERE limit_id = :limit AND held = spent")
                    .bind("limit", limit.id())
                    .mapTo(Long.class)
                    .one());
    assertThat(spent).isEqualTo(admitted / 3 * 2);
  }

  @Test
  void shouldRaiseAnAlertOnceAShare() {
    Limit limit = limit(Unit.NANO_USD, 100, new Window.Calendar(Window.Calendar.Period.DAY));
    declare(limit);
    Book node = new Book(new UUID(5, 1), store, BookConfig.DEFAULT, System::nanoTime);
    for (long spent : new long[] {40, 20, 30, 10}) {
      Decision decision =
          node.reserve(limit.tenant(), List.of(new Demand(limit, spent)))
              .toCompletableFuture()
              .join();
      ((Decision.Admitted) decision).reservation().settle(spent, null);
      node.stop().toCompletableFuture().join();
    }

    assertThat(alerts).extracting(BudgetAlert::share).containsExactly(0.5, 1.0);
    assertThat(alerts.getFirst().spent()).isEqualTo(60);
    List<BudgetStore.Raised> kept =
        database.inTransaction(limit.tenant(), tx -> budgets.alerts(tx, limit, 5));
    assertThat(kept).extracting(BudgetStore.Raised::share).containsExactly(1.0, 0.5);
  }

  @Test
  void shouldLetCallsInWhenTheLimitWasRemoved() {
    Limit limit = limit(Unit.TOKENS, 5, new Window.Total());
    Book node = new Book(new UUID(5, 1), store, BookConfig.DEFAULT, System::nanoTime);

    Decision decision =
        node.reserve(limit.tenant(), List.of(new Demand(limit, 50))).toCompletableFuture().join();

    assertThat(decision).isInstanceOf(Decision.Admitted.class);
  }

  @Test
  void shouldKeepEachTenantsLeasesApart() {
    Limit limit = limit(Unit.TOKENS, 7, new Window.Total());
    declare(limit);
    Limit stolen =
        new Limit(
            limit.id(),
            new TenantId(new UUID(0x7000L, 1L << 63)),
            limit.name(),
            limit.scope(),
            limit.unit(),
            limit.amount(),
            limit.window(),
            true,
            false);

    LeaseStore.Ask ask =
        new LeaseStore.Ask(
            stolen, new UUID(5, 1), 1, 0, 0, LeaseStore.Report.NONE, new LeaseStore.Want(7, 7, 7));

    assertThat(store.exchange(ask).toCompletableFuture().join().gone()).isTrue();
  }
}

package dev.gimbal.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gimbal.platform.ids.TenantId;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/// What every [Database] promises, whichever PostgreSQL it is on.
abstract class DatabaseContractTest {
  private final TenantId ours = new TenantId(UUID.randomUUID());
  private final TenantId theirs = new TenantId(UUID.randomUUID());
  private Database database;

  /// A new empty database.
  protected abstract Database fresh();

  @BeforeEach
  void open() {
    database = fresh();
    database.migrate("shop");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void shouldShowAQueryThatForgetsTheTenantOnlyItsOwnRows() {
    database.inTransaction(ours, transaction -> add(transaction, "lamp"));
    database.inTransaction(theirs, transaction -> add(transaction, "chair"));

    List<String> seen = database.inTransaction(ours, transaction -> names(transaction.handle()));
    assertThat(seen).containsExactly("lamp");
    assertThat(all()).containsExactlyInAnyOrder("lamp", "chair");
  }

  @Test
  void shouldShowNothingInTheApplicationRoleWithoutATenant() {
    database.inTransaction(ours, transaction -> add(transaction, "lamp"));

    List<String> seen =
        database.asOwner(
            handle -> {
              handle.execute("SET LOCAL ROLE gimbal_app");
              return names(handle);
            });

    assertThat(seen).isEmpty();
  }

  @Test
  void shouldRefuseARowOfAnotherTenant() {
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    ours,
                    transaction ->
                        transaction
                            .handle()
                            .createUpdate("INSERT INTO shop.item VALUES (:tenant, :id, 'stolen')")
                            .bind("tenant", theirs.value())
                            .bind("id", UUID.randomUUID())
                            .execute()))
        .isInstanceOf(JdbiException.class)
        .hasMessageContaining("row-level security");
  }

  @Test
  void shouldLeaveNoTenantBehindOnAPooledConnection() {
    for (int round = 0; round < 20; round++) {
      database.inTransaction(ours, transaction -> add(transaction, "lamp"));
    }
    boolean left =
        database.asOwner(
            handle ->
                handle
                    .createQuery(
                        "SELECT current_user = 'gimbal_app' OR gimbal.tenant() IS NOT NULL")
                    .mapTo(Boolean.class)
                    .one());

    assertThat(left).isFalse();
  }

  @Test
  void shouldRollBackEverythingAndRunNothingAfterwardsWhenTheWorkThrows() {
    List<String> ran = new ArrayList<>();

    assertThatThrownBy(
            () ->
                database.inTransaction(
                    ours,
                    transaction -> {
                      add(transaction, "lamp");
                      transaction.changed("shop.item", "lamp");
                      transaction.afterCommit(() -> ran.add("after"));
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");

    assertThat(all()).isEmpty();
    assertThat(database.changesAfter(ChangeCursor.START, 10).changes()).isEmpty();
    assertThat(ran).isEmpty();
  }

  @Test
  void shouldRunWhatFollowsACommitOnceItIsVisibleAndSurviveItsFailure() {
    List<List<String>> seen = new ArrayList<>();

    String answer =
        database.inTransaction(
            ours,
            transaction -> {
              add(transaction, "lamp");
              transaction.afterCommit(
                  () -> {
                    throw new IllegalStateException("ignored");
                  });
              transaction.afterCommit(() -> seen.add(all()));
              return "done";
            });

    assertThat(answer).isEqualTo("done");
    assertThat(seen).containsExactly(List.of("lamp"));
  }

  @Test
  void shouldHandOverWhatALongTransactionDelayedAndLoseNothing() throws Exception {
    CountDownLatch logged = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    Thread slow =
        Thread.ofVirtual()
            .start(
                () ->
                    database.inTransaction(
                        ours,
                        transaction -> {
                          transaction.changed("shop.item", "slow");
                          logged.countDown();
                          return uninterrupted(commit);
                        }));
    assertThat(logged.await(20, TimeUnit.SECONDS)).isTrue();
    change(ours, "quick");

    ChangeBatch before = database.changesAfter(ChangeCursor.START, 10);
    ChangeCursor end = database.changesEnd();
    commit.countDown();
    slow.join();

    assertThat(before.changes()).isEmpty();
    assertThat(changesAfter(before.next())).containsExactly("slow", "quick");
    assertThat(changesAfter(end)).containsExactly("slow", "quick");
  }

  @Test
  void shouldHandOverChangesInPagesAndSayWhenSomeWereTrimmed() {
    for (int number = 0; number < 5; number++) {
      change(number % 2 == 0 ? ours : theirs, "change " + number);
    }
    ChangeBatch first = database.changesAfter(ChangeCursor.START, 2);
    ChangeBatch second = database.changesAfter(first.next(), 2);

    assertThat(first.changes())
        .containsExactly(
            new ChangeBatch.Change(ours, "shop.item", "change 0"),
            new ChangeBatch.Change(theirs, "shop.item", "change 1"));
    assertThat(second.changes())
        .extracting(ChangeBatch.Change::id)
        .containsExactly("change 2", "change 3");
    assertThat(second.missed()).isFalse();

    assertThat(database.trimChanges(Instant.now().plusSeconds(60))).isEqualTo(5);

    assertThat(database.changesAfter(second.next(), 2).missed()).isTrue();
    assertThat(database.changesAfter(database.changesEnd(), 2).missed()).isFalse();
    change(ours, "later");
    assertThat(changesAfter(second.next())).containsExactly("later");
  }

  @Test
  void shouldWakeAFollowerSoonAfterACommitOfAnotherThread() throws Exception {
    Semaphore woken = new Semaphore(0);
    try (AutoCloseable following = database.onChanges(woken::release)) {
      assertThat(following).isNotNull();
      assertThat(woken.tryAcquire(3, 20, TimeUnit.SECONDS)).as("polled").isTrue();
      change(ours, "one");
      assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).as("notified").isTrue();
    }
  }

  @Test
  void shouldNotifyEveryNodeOfACommitAndOfALaterOne() throws Exception {
    try (Connection node = database.ownerSource().getConnection();
        Statement statement = node.createStatement()) {
      statement.execute("LISTEN gimbal_change");
      PGConnection listening = node.unwrap(PGConnection.class);
      for (String id : List.of("one", "two")) {
        change(ours, id);
        assertThat(listening.getNotifications(20_000)).as(id).isNotEmpty();
      }
      statement.execute("UNLISTEN *");
    }
  }

  @Test
  void shouldSayThatTheDatabaseTookTooLongWhenAStatementDoes() {
    DatabaseException refused =
        catchThrowableOfType(
            DatabaseException.class,
            () ->
                database.inTransaction(
                    ours,
                    transaction -> {
                      transaction.handle().execute("SET LOCAL statement_timeout = 50");
                      return transaction.handle().execute("SELECT pg_sleep(20)");
                    }));

    assertThat(refused.errorCode()).isEqualTo(DatabaseError.DATABASE_UNAVAILABLE);
    assertThat(all()).isEmpty();
  }

  @Test
  void shouldNotRunFlywayForASchemaThatIsCurrent() {
    database.asOwner(handle -> handle.execute("DROP TABLE shop.migration_history"));

    database.migrate("shop");

    assertThat(all()).isEmpty();
  }

  private static boolean uninterrupted(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void change(TenantId tenant, String id) {
    database.inTransaction(
        tenant,
        transaction -> {
          transaction.changed("shop.item", id);
          return true;
        });
  }

  private List<String> changesAfter(ChangeCursor cursor) {
    return database.changesAfter(cursor, 100).changes().stream()
        .map(ChangeBatch.Change::id)
        .toList();
  }

  private List<String> all() {
    return database.asOwner(DatabaseContractTest::names);
  }

  private static int add(Transaction transaction, String name) {
    return transaction
        .handle()
        .createUpdate("INSERT INTO shop.item VALUES (:tenant, :id, :name)")
        .bind("tenant", transaction.tenant().value())
        .bind("id", UUID.randomUUID())
        .bind("name", name)
        .execute();
  }

  private static List<String> names(Handle handle) {
    return handle.createQuery("SELECT name FROM shop.item").mapTo(String.class).list();
  }
}

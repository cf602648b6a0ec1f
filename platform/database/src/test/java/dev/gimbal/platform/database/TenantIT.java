package dev.gimbal.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What transactions promise about tenants and commits.
class TenantIT {
  private final TenantId ours = new TenantId(UUID.randomUUID());
  private final TenantId theirs = new TenantId(UUID.randomUUID());
  private TestDatabase database;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
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
    String left =
        database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT current_user || coalesce(gimbal.tenant()::text, '')")
                    .mapTo(String.class)
                    .one());

    assertThat(left).isEqualTo("gimbal");
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

  private List<String> all() {
    return database.asOwner(TenantIT::names);
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

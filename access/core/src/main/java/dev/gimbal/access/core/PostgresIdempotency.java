package dev.gimbal.access.core;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.IdempotencyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// Idempotency keys on PostgreSQL.
///
/// Why one of many wins: the row is inserted by exactly one of them, and an outdated row is taken
/// over by the one whose update still finds the start time that it saw.
final class PostgresIdempotency implements IdempotencyStore {
  private static final Duration KEPT = Duration.ofHours(24);

  /// A request whose node died is run again after this.
  private static final Duration GIVEN_UP = Duration.ofMinutes(5);

  private final Database database;
  private final Clock clock;

  PostgresIdempotency(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  private record Name(Caller caller, String route, String key) {
    <S extends SqlStatement<S>> S bind(S statement) {
      return statement
          .bind("tenant", caller.tenant().value())
          .bind("principal", caller.id())
          .bind("route", route)
          .bind("key", key);
    }
  }

  private record Row(
      byte[] bodyHash, Instant started, @Nullable Integer status, @Nullable String answer) {}

  @Override
  public Begun begin(Caller caller, String route, String key, byte[] bodyHash) {
    Name name = new Name(caller, route, key);
    Instant now = clock.instant();
    return database.inTransaction(
        caller.tenant(),
        transaction ->
            inserted(transaction, name, bodyHash, now)
                ? new Begun.First()
                : decide(transaction, name, bodyHash, now));
  }

  private static Begun decide(Transaction transaction, Name name, byte[] bodyHash, Instant now) {
    Row row = read(transaction, name);
    if (row == null) {
      // Abandoned between the two statements: the next repetition runs it.
      return new Begun.Running();
    }
    Duration age = Duration.between(row.started(), now);
    boolean outdated =
        age.compareTo(KEPT) > 0 || (row.status() == null && age.compareTo(GIVEN_UP) > 0);
    if (outdated) {
      return takenOver(transaction, name, row, bodyHash, now)
          ? new Begun.First()
          : new Begun.Running();
    }
    if (!Arrays.equals(row.bodyHash(), bodyHash)) {
      return new Begun.OtherBody();
    }
    return row.status() == null
        ? new Begun.Running()
        : new Begun.Repeated(new Answer(row.status(), row.answer()));
  }

  private static boolean inserted(
      Transaction transaction, Name name, byte[] bodyHash, Instant now) {
    return name.bind(
                transaction
                    .handle()
                    .createUpdate(
                        """
                        INSERT INTO access.idempotency
                          (tenant_id, principal, route, key, body_hash, started)
                        VALUES (:tenant, :principal, :route, :key, :hash, :now)
                        ON CONFLICT DO NOTHING
                        """))
            .bind("hash", bodyHash)
            .bind("now", Times.column(now))
            .execute()
        == 1;
  }

  private static @Nullable Row read(Transaction transaction, Name name) {
    return name.bind(
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT body_hash, started, status, answer
                    FROM access.idempotency
                    WHERE tenant_id = :tenant AND principal = :principal AND route = :route
                      AND key = :key
                    FOR UPDATE
                    """))
        .map(
            (row, context) ->
                new Row(
                    row.getBytes("body_hash"),
                    row.getTimestamp("started").toInstant(),
                    row.getObject("status", Integer.class),
                    row.getString("answer")))
        .findOne()
        .orElse(null);
  }

  private static boolean takenOver(
      Transaction transaction, Name name, Row seen, byte[] bodyHash, Instant now) {
    return name.bind(
                transaction
                    .handle()
                    .createUpdate(
                        """
                        UPDATE access.idempotency
                        SET body_hash = :hash, started = :now, status = NULL, answer = NULL
                        WHERE tenant_id = :tenant AND principal = :principal AND route = :route
                          AND key = :key AND started = :seen
                        """))
            .bind("hash", bodyHash)
            .bind("now", Times.column(now))
            .bind("seen", Times.column(seen.started()))
            .execute()
        == 1;
  }

  @Override
  public void finish(Caller caller, String route, String key, Answer answer) {
    Name name = new Name(caller, route, key);
    database.inTransaction(
        caller.tenant(),
        transaction ->
            name.bind(
                    transaction
                        .handle()
                        .createUpdate(
                            """
                            UPDATE access.idempotency SET status = :status, answer = :answer
                            WHERE tenant_id = :tenant AND principal = :principal
                              AND route = :route AND key = :key
                            """))
                .bind("status", answer.status())
                .bind("answer", answer.json())
                .execute());
  }

  @Override
  public void abandon(Caller caller, String route, String key) {
    Name name = new Name(caller, route, key);
    database.inTransaction(
        caller.tenant(),
        transaction ->
            name.bind(
                    transaction
                        .handle()
                        .createUpdate(
                            """
                            DELETE FROM access.idempotency
                            WHERE tenant_id = :tenant AND principal = :principal
                              AND route = :route AND key = :key AND status IS NULL
                            """))
                .execute());
  }

  /// Removes what is older than a day, of all tenants.
  int trim() {
    Instant before = clock.instant().minus(KEPT);
    return database.asOwner(
        handle ->
            handle
                .createUpdate("DELETE FROM access.idempotency WHERE started < :before")
                .bind("before", Times.column(before))
                .execute());
  }
}

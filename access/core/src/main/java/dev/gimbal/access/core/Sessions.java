package dev.gimbal.access.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sign-ins to the console. A session is as good as the key that it was made with, and ends with
/// it.
final class Sessions {
  /// More sign-ins with one key push the oldest out.
  private static final int MOST_OF_ONE_KEY = 100;

  private final Database database;
  private final Keys keys;
  private final AuditLog audit;
  private final Secrets secrets;
  private final Clock clock;
  private final Duration life;

  Sessions(
      Database database, Keys keys, AuditLog audit, Secrets secrets, Clock clock, Duration life) {
    this.database = database;
    this.keys = keys;
    this.audit = audit;
    this.secrets = secrets;
    this.clock = clock;
    this.life = life;
  }

  Duration life() {
    return life;
  }

  /// @param until when the secret ends that somebody signs in with; null: never
  /// @return the cookie's value, for this once
  String create(Principal principal, @Nullable Instant until) {
    String session = secrets.newSession();
    Instant now = clock.instant();
    return database.inTransaction(
        principal.tenant(),
        transaction -> {
          keys.touch(transaction);
          prune(transaction, principal, now);
          insert(transaction, principal, session, now, until);
          audit.append(transaction, principal, "session.created", principal.id(), Map.of());
          return session;
        });
  }

  void end(Principal principal, String session) {
    database.inTransaction(
        principal.tenant(),
        transaction -> {
          keys.touch(transaction);
          transaction
              .handle()
              .createUpdate("DELETE FROM access.session WHERE tenant_id = :tenant AND hash = :hash")
              .bind("tenant", transaction.tenant().value())
              .bind("hash", Secrets.hash(session))
              .execute();
          return true;
        });
  }

  private void insert(
      Transaction transaction,
      Principal principal,
      String session,
      Instant now,
      @Nullable Instant until) {
    Instant end = now.plus(life);
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO access.session (tenant_id, hash, key_id, created, expires_at)
            VALUES (:tenant, :hash, :key, :now, :expires)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("hash", Secrets.hash(session))
        .bind("key", principal.uuid())
        .bind("now", Times.column(now))
        .bind("expires", Times.column(until != null && until.isBefore(end) ? until : end))
        .execute();
  }

  private static void prune(Transaction transaction, Principal principal, Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM access.session
            WHERE tenant_id = :tenant AND (expires_at <= :now OR hash IN (
              SELECT hash FROM access.session
              WHERE tenant_id = :tenant AND key_id = :key
              ORDER BY created DESC OFFSET :keep))
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("now", Times.column(now))
        .bind("key", principal.uuid())
        .bind("keep", MOST_OF_ONE_KEY - 1)
        .execute();
  }
}

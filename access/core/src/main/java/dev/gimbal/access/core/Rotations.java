package dev.gimbal.access.core;

import dev.gimbal.access.api.AccessError;
import dev.gimbal.access.api.AccessException;
import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Gives keys another secret. The one before is good for a declared time beside it, so that
/// programs can be changed one after the other.
final class Rotations {
  private static final int USUAL_OVERLAP_HOURS = 24;
  private static final int MOST_OVERLAP_HOURS = 30 * 24;

  /// Who rotates more often than this within an overlap has a loop and not a habit.
  private static final int MOST_OLD = 10;

  private final Database database;
  private final Keys keys;
  private final AuditLog audit;
  private final Secrets secrets;
  private final Clock clock;

  Rotations(Database database, Keys keys, AuditLog audit, Secrets secrets, Clock clock) {
    this.database = database;
    this.keys = keys;
    this.audit = audit;
    this.secrets = secrets;
    this.clock = clock;
  }

  /// @param overlapHours how long the old secret stays good; 0: every old one ends at once; null:
  ///     24
  /// @param expiresAt until when the new one is good; null: as the key was
  record Wanted(@Nullable Integer overlapHours, @Nullable Instant expiresAt) {
    Wanted {
      if (overlapHours != null && (overlapHours < 0 || overlapHours > MOST_OVERLAP_HOURS)) {
        throw HttpException.invalid(
            "overlap_hours", "must be 0 to " + MOST_OVERLAP_HOURS + ", but is " + overlapHours);
      }
    }

    Duration overlap() {
      return Duration.ofHours(overlapHours == null ? USUAL_OVERLAP_HOURS : overlapHours);
    }
  }

  /// @param secret its text, for this once
  /// @param oldSecretUntil null: no old secret is good any more
  record Rotated(Keys.Kept key, String secret, @Nullable Instant oldSecretUntil) {}

  private record Detail(
      String name, @Nullable Instant oldSecretUntil, @Nullable Instant expiresAt) {}

  /// @param key id or name
  Rotated rotate(Principal by, String key, Wanted wanted) {
    return database.inTransaction(
        by.tenant(),
        transaction -> {
          keys.touch(transaction);
          Keys.Kept found = keys.known(transaction, key);
          // Who reads the new secret holds the key's rights.
          Keys.requireRights(by, found.role());
          Instant now = clock.instant();
          Instant expires = wanted.expiresAt() == null ? found.expiresAt() : wanted.expiresAt();
          if (expires != null && !expires.isAfter(now)) {
            throw HttpException.invalid("expires_at", "must lie ahead, but is " + expires);
          }
          Instant until = retire(transaction, found, wanted.overlap(), now);
          String secret = secrets.newKey();
          replace(transaction, found.id(), secret, expires, now);
          audit.append(
              transaction,
              by,
              "key.rotated",
              found.text(),
              new Detail(found.name(), until, expires));
          return new Rotated(found, secret, until);
        });
  }

  /// @return until when the old secret is good; null: it ends now
  private static @Nullable Instant retire(
      Transaction transaction, Keys.Kept key, Duration overlap, Instant now) {
    Instant until = now.plus(overlap);
    endSessions(transaction, key.id(), until);
    forget(transaction, key.id(), overlap.isZero() ? Instant.MAX : now);
    Instant expired = key.expiresAt();
    Instant end = expired != null && expired.isBefore(until) ? expired : until;
    if (!end.isAfter(now)) {
      return null;
    }
    requireRoom(transaction, key);
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO access.old_secret (tenant_id, hash, key_id, expires_at)
            SELECT tenant_id, hash, id, :until FROM access.key
            WHERE tenant_id = :tenant AND id = :id
            """)
        .bind("until", Times.column(end))
        .bind("tenant", transaction.tenant().value())
        .bind("id", key.id())
        .execute();
    return end;
  }

  /// A session is as good as the secret that it was made with.
  private static void endSessions(Transaction transaction, UUID key, Instant until) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE access.session SET expires_at = least(expires_at, :until)
            WHERE tenant_id = :tenant AND key_id = :key
            """)
        .bind("until", Times.column(until))
        .bind("tenant", transaction.tenant().value())
        .bind("key", key)
        .execute();
  }

  /// @param until old secrets that end by then are removed; `Instant.MAX`: all of them
  private static void forget(Transaction transaction, UUID key, Instant until) {
    boolean all = until.equals(Instant.MAX);
    transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM access.old_secret
            WHERE tenant_id = :tenant AND key_id = :key AND (:all OR expires_at <= :until)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("key", key)
        .bind("all", all)
        .bind("until", Times.column(all ? Instant.EPOCH : until))
        .execute();
  }

  private static void requireRoom(Transaction transaction, Keys.Kept key) {
    int old =
        transaction
            .handle()
            .createQuery(
                "SELECT count(*) FROM access.old_secret WHERE tenant_id = :tenant AND key_id = :key")
            .bind("tenant", transaction.tenant().value())
            .bind("key", key.id())
            .mapTo(Integer.class)
            .one();
    if (old >= MOST_OLD) {
      throw new AccessException(
          AccessError.KEY_ROTATING,
          "%s has %d old secrets that are still good; rotate it with overlap_hours 0 to end them"
              .formatted(key.name(), old));
    }
  }

  private static void replace(
      Transaction transaction, UUID key, String secret, @Nullable Instant expires, Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE access.key
            SET hash = :hash, prefix = :prefix, expires_at = :expires, rotated_at = :now
            WHERE tenant_id = :tenant AND id = :id
            """)
        .bind("hash", Secrets.hash(secret))
        .bind("prefix", Secrets.shownPrefix(secret))
        .bind("expires", Times.columnOrNull(expires))
        .bind("now", Times.column(now))
        .bind("tenant", transaction.tenant().value())
        .bind("id", key)
        .execute();
  }
}

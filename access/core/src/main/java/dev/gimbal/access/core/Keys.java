package dev.gimbal.access.core;

import dev.gimbal.access.api.AccessError;
import dev.gimbal.access.api.AccessException;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/// Keys of a tenant.
///
/// Why the last administrator stays: each change takes the tenant's row first, so that of two keys
/// that are revoked at the same time the second sees the first revoked.
final class Keys {
  private static final String PREFIX = "key";

  private final Database database;
  private final KeyRing ring;
  private final AuditLog audit;
  private final Secrets secrets;
  private final Ids ids;
  private final Clock clock;

  Keys(Database database, KeyRing ring, AuditLog audit, Secrets secrets, Ids ids, Clock clock) {
    this.database = database;
    this.ring = ring;
    this.audit = audit;
    this.secrets = secrets;
    this.ids = ids;
    this.clock = clock;
  }

  /// A key that is asked for.
  record NewKey(
      String name,
      String role,
      @Nullable Instant expiresAt,
      @Nullable Integer requestsPerMinute,
      @Nullable Map<String, String> tags) {
    NewKey {
      if (Slug.of(name).isEmpty()) {
        throw HttpException.invalid(
            "name", "must be 1 to 100 of a-z 0-9 . _ : - and start with a letter or digit");
      }
      if (!Rights.ROLES.containsKey(role)) {
        throw HttpException.invalid("role", "must be one of " + String.join(", ", roles()));
      }
      if (requestsPerMinute != null && requestsPerMinute < 1) {
        throw HttpException.invalid(
            "requests_per_minute", "must be at least 1, but is " + requestsPerMinute);
      }
      tags = KeyTags.checked(tags);
    }

    private static List<String> roles() {
      return Rights.ROLES.keySet().stream().sorted().toList();
    }
  }

  /// A key that was made.
  ///
  /// @param secret its text, for this once
  record Made(UUID id, String name, String secret) {}

  /// A key as it is kept.
  ///
  /// @param oldSecretUntil until when a secret that it had before is good; null: none is
  record Kept(
      UUID id,
      String name,
      String role,
      String prefix,
      Instant created,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Integer requestsPerMinute,
      Map<String, String> tags,
      String createdBy,
      @Nullable Instant rotatedAt,
      @Nullable Instant oldSecretUntil) {

    String text() {
      return IdText.format(PREFIX, id);
    }
  }

  Made create(Principal maker, NewKey wanted) {
    if (wanted.expiresAt() != null && !wanted.expiresAt().isAfter(clock.instant())) {
      throw HttpException.invalid("expires_at", "must lie ahead, but is " + wanted.expiresAt());
    }
    requireRights(maker, wanted.role());
    return database.inTransaction(
        maker.tenant(),
        transaction -> {
          touch(transaction);
          Made made = insert(transaction.handle(), transaction.tenant(), maker, wanted);
          audit.append(transaction, maker, "key.created", IdText.format(PREFIX, made.id()), wanted);
          return made;
        });
  }

  /// Who comes to know a key's secret has the rights of its role, and so must have them before.
  static void requireRights(Principal by, String role) {
    if (!by.rights().containsAll(Objects.requireNonNull(Rights.ROLES.get(role)))) {
      throw new AccessException(
          AccessError.KEY_EXCEEDS_RIGHTS, "a key of role " + role + " has rights that yours lacks");
    }
  }

  /// Inserts a key; the caller sees to version, audit and rights.
  Made insert(Handle handle, TenantId tenant, Principal maker, NewKey wanted) {
    Made made = new Made(ids.next(), wanted.name(), secrets.newKey());
    int inserted =
        handle
            .createUpdate(
                """
                INSERT INTO access.key
                  (tenant_id, id, name, role, hash, prefix, requests_per_minute, created,
                   created_by, expires_at, tags)
                VALUES
                  (:tenant, :id, :name, :role, :hash, :prefix, :perMinute, :created, :by, :expires,
                   :tags::jsonb)
                ON CONFLICT (tenant_id, name) WHERE revoked_at IS NULL DO NOTHING
                """)
            .bind("tenant", tenant.value())
            .bind("id", made.id())
            .bind("name", wanted.name())
            .bind("role", wanted.role())
            .bind("hash", Secrets.hash(made.secret()))
            .bind("prefix", Secrets.shownPrefix(made.secret()))
            .bind("perMinute", wanted.requestsPerMinute())
            .bind("created", Times.column(clock.instant()))
            .bind("by", maker.id())
            .bind("expires", Times.columnOrNull(wanted.expiresAt()))
            .bind("tags", Json.write(KeyTags.checked(wanted.tags())))
            .execute();
    if (inserted == 0) {
      throw new AccessException(
          AccessError.KEY_EXISTS, "there is a key named " + wanted.name() + " already");
    }
    return made;
  }

  /// The keys that were not revoked, newest first.
  List<Kept> list(TenantId tenant, @Nullable UUID before, int limit) {
    return database.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT %s
                    FROM access.key
                    WHERE tenant_id = :tenant AND revoked_at IS NULL
                      AND (:before::uuid IS NULL OR id < :before::uuid)
                    ORDER BY id DESC
                    LIMIT :limit
                    """
                        .formatted(COLUMNS))
                .bind("now", Times.column(clock.instant()))
                .bind("tenant", tenant.value())
                .bind("before", before)
                .bind("limit", limit)
                .map(KEPT)
                .list());
  }

  /// Revokes a key; when it returns, nobody can use it on this node any more.
  ///
  /// @param key id or name
  void revoke(Principal by, String key) {
    database.inTransaction(
        by.tenant(),
        transaction -> {
          touch(transaction);
          Kept found = known(transaction, key);
          requireAnother(transaction, found);
          markRevoked(transaction, found.id());
          audit.append(transaction, by, "key.revoked", found.text(), Map.of("name", found.name()));
          return true;
        });
  }

  /// A key that was not revoked, by id or name.
  Kept known(Transaction transaction, String key) {
    return find(transaction, key)
        .orElseThrow(() -> new AccessException(AccessError.KEY_UNKNOWN, "there is no key " + key));
  }

  private Optional<Kept> find(Transaction transaction, String key) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT %s
            FROM access.key
            WHERE tenant_id = :tenant AND revoked_at IS NULL AND (id = :id::uuid OR name = :name)
            ORDER BY (id = :id::uuid) DESC NULLS LAST
            LIMIT 1
            """
                .formatted(COLUMNS))
        .bind("now", Times.column(clock.instant()))
        .bind("tenant", transaction.tenant().value())
        .bind("id", IdText.parse(PREFIX, key).orElse(null))
        .bind("name", key)
        .map(KEPT)
        .findOne();
  }

  /// What only a role can do must stay possible: of the keys that make keys, and of an operator's.
  private void requireAnother(Transaction transaction, Kept revoked) {
    List<String> peers =
        switch (revoked.role()) {
          case "operator" -> List.of("operator");
          case "administrator" -> List.of("operator", "administrator");
          default -> List.of();
        };
    if (peers.isEmpty()) {
      return;
    }
    boolean another =
        transaction
            .handle()
            .createQuery(
                """
                SELECT EXISTS (
                  SELECT FROM access.key
                  WHERE tenant_id = :tenant AND id <> :id AND role = ANY (:roles)
                    AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now))
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("id", revoked.id())
            .bindArray("roles", String.class, peers.toArray())
            .bind("now", Times.column(clock.instant()))
            .mapTo(Boolean.class)
            .one();
    if (!another) {
      throw new AccessException(
          AccessError.KEY_LAST,
          revoked.name() + " is the last key of role " + revoked.role() + "; make another first");
    }
  }

  private void markRevoked(Transaction transaction, UUID id) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE access.key SET revoked_at = :now WHERE tenant_id = :tenant AND id = :id
            """)
        .bind("now", Times.column(clock.instant()))
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
    transaction
        .handle()
        .createUpdate("DELETE FROM access.session WHERE tenant_id = :tenant AND key_id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
    transaction
        .handle()
        .createUpdate("DELETE FROM access.old_secret WHERE tenant_id = :tenant AND key_id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
  }

  /// Takes the tenant's row, counts the change, and sees to it that this node knows it at once and
  /// the others soon.
  void touch(Transaction transaction) {
    transaction
        .handle()
        .createUpdate("UPDATE access.tenant SET version = version + 1 WHERE tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .execute();
    transaction.changed("access.tenant", transaction.tenant().toString());
    transaction.afterCommit(() -> ring.reload(transaction.tenant()));
  }

  private static final String COLUMNS =
      """
      id, name, role, prefix, created, expires_at, last_used_at, requests_per_minute, tags,
      created_by, rotated_at,
      (SELECT max(o.expires_at) FROM access.old_secret o
       WHERE o.tenant_id = key.tenant_id AND o.key_id = key.id AND o.expires_at > :now)
        AS old_secret_until\
      """;

  private static final RowMapper<Kept> KEPT =
      (row, context) ->
          new Kept(
              row.getObject("id", UUID.class),
              row.getString("name"),
              row.getString("role"),
              row.getString("prefix"),
              row.getTimestamp("created").toInstant(),
              instant(row, "expires_at"),
              instant(row, "last_used_at"),
              row.getObject("requests_per_minute", Integer.class),
              KeyTags.read(row.getString("tags")),
              row.getString("created_by"),
              instant(row, "rotated_at"),
              instant(row, "old_secret_until"));

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}

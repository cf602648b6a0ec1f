package dev.gimbal.access.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Who there is, in memory: one immutable picture of all tenants, swapped whole.
///
/// Why a node never goes back to an older picture: a tenant's keys and sessions are read after its
/// version, each load holds the lock, and a version read later is never smaller. A change that
/// commits between the two reads is in the picture under the older version and is read once more.
final class KeyRing implements Authenticator {
  private final Database database;
  private final Clock clock;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile Picture picture = new Picture(Map.of(), Map.of(), Map.of());

  KeyRing(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// @param versions of the tenants, as of when they were read
  private record Picture(
      Map<UUID, Long> versions, Map<Hash, KnownKey> keys, Map<Hash, KnownSession> sessions) {}

  private record KnownSession(KnownKey key, Instant expiresAt) {}

  private record KeyId(UUID tenant, UUID id) {}

  @Override
  public Optional<Caller> authenticate(Credentials credentials) {
    return valid(credentials).map(KnownKey::principal);
  }

  private Optional<KnownKey> valid(Credentials credentials) {
    Instant now = clock.instant();
    KnownKey key = find(credentials, now);
    if (key == null || !key.validAt(now)) {
      return Optional.empty();
    }
    key.used(now);
    return Optional.of(key);
  }

  private @Nullable KnownKey find(Credentials credentials, Instant now) {
    String secret = credentials.key();
    if (secret != null) {
      return secret.startsWith(Secrets.KEY_PREFIX)
          ? picture.keys().get(Hash.ofSecret(secret))
          : null;
    }
    String cookie = credentials.session();
    if (cookie == null) {
      return null;
    }
    KnownSession session = picture.sessions().get(Hash.ofSecret(cookie));
    return session != null && now.isBefore(session.expiresAt()) ? session.key() : null;
  }

  /// The key behind its text, if it may be used now.
  Optional<KnownKey> keyOf(String secret) {
    return valid(new Credentials(secret, null));
  }

  /// Reads a tenant again, whatever its version.
  void reload(TenantId tenant) {
    loading.lock();
    try {
      load(Set.of(tenant.value()));
    } finally {
      loading.unlock();
    }
  }

  /// Reads the tenants again that changed since they were read.
  void refresh() {
    loading.lock();
    try {
      Map<UUID, Long> now = database.asOwner(handle -> versions(handle, null));
      Set<UUID> changed = new HashSet<>();
      now.forEach(
          (tenant, version) -> {
            if (!version.equals(picture.versions().get(tenant))) {
              changed.add(tenant);
            }
          });
      if (!changed.isEmpty()) {
        load(changed);
      }
    } finally {
      loading.unlock();
    }
  }

  /// When keys were used on this node since the last call.
  Map<UUID, List<Used>> takeUsed() {
    Map<UUID, List<Used>> used = new HashMap<>();
    for (KnownKey key : picture.keys().values()) {
      long millis = key.lastUsedMillis().getAndSet(0);
      if (millis != 0) {
        Principal principal = key.principal();
        used.computeIfAbsent(principal.tenant().value(), tenant -> new ArrayList<>())
            .add(new Used(principal.uuid(), millis));
      }
    }
    return used;
  }

  record Used(UUID key, long millis) {}

  private void load(Set<UUID> tenants) {
    Loaded loaded = database.asOwner(handle -> read(handle, tenants));
    Picture before = picture;
    Map<KeyId, AtomicLong> uses = new HashMap<>();
    before.keys().values().forEach(key -> uses.put(idOf(key), key.lastUsedMillis()));
    Map<Hash, KnownKey> keys = without(before.keys(), tenants);
    Map<KeyId, KnownKey> byId = new HashMap<>();
    for (KeyRow row : loaded.keys()) {
      KeyId id = new KeyId(row.principal().tenant().value(), row.principal().uuid());
      AtomicLong use = uses.getOrDefault(id, new AtomicLong());
      KnownKey known = new KnownKey(row.principal(), row.expiresAt(), use);
      keys.put(row.hash(), known);
      if (!row.old()) {
        byId.put(id, known);
      }
    }
    Map<Hash, KnownSession> sessions = new HashMap<>();
    before
        .sessions()
        .forEach(
            (hash, session) -> {
              if (!tenants.contains(session.key().principal().tenant().value())) {
                sessions.put(hash, session);
              }
            });
    for (SessionRow row : loaded.sessions()) {
      KnownKey key = byId.get(row.key());
      if (key != null) {
        sessions.put(row.hash(), new KnownSession(key, row.expiresAt()));
      }
    }
    Map<UUID, Long> versions = new HashMap<>(before.versions());
    versions.putAll(loaded.versions());
    picture = new Picture(versions, keys, sessions);
  }

  private static KeyId idOf(KnownKey key) {
    return new KeyId(key.principal().tenant().value(), key.principal().uuid());
  }

  private static Map<Hash, KnownKey> without(Map<Hash, KnownKey> keys, Set<UUID> tenants) {
    Map<Hash, KnownKey> rest = new HashMap<>();
    keys.forEach(
        (hash, key) -> {
          if (!tenants.contains(key.principal().tenant().value())) {
            rest.put(hash, key);
          }
        });
    return rest;
  }

  private record Loaded(Map<UUID, Long> versions, List<KeyRow> keys, List<SessionRow> sessions) {}

  /// @param old a secret that the key had before
  private record KeyRow(Hash hash, Principal principal, @Nullable Instant expiresAt, boolean old) {}

  private record SessionRow(Hash hash, KeyId key, Instant expiresAt) {}

  private Loaded read(Handle handle, Set<UUID> tenants) {
    Map<UUID, Long> versions = versions(handle, tenants);
    List<KeyRow> keys =
        handle
            .createQuery(
                """
                SELECT tenant_id, id, name, role, hash, requests_per_minute, expires_at, tags,
                       false AS old
                FROM access.key
                WHERE tenant_id = ANY (:tenants) AND revoked_at IS NULL
                UNION ALL
                SELECT k.tenant_id, k.id, k.name, k.role, o.hash, k.requests_per_minute,
                       o.expires_at, k.tags, true AS old
                FROM access.old_secret o
                JOIN access.key k ON k.tenant_id = o.tenant_id AND k.id = o.key_id
                WHERE o.tenant_id = ANY (:tenants) AND o.expires_at > :now
                  AND k.revoked_at IS NULL
                """)
            .bindArray("tenants", UUID.class, tenants.toArray())
            .bind("now", Times.column(clock.instant()))
            .reduceRows(
                new ArrayList<>(),
                (list, row) -> {
                  list.add(keyRow(row));
                  return list;
                });
    List<SessionRow> sessions =
        handle
            .createQuery(
                """
                SELECT tenant_id, hash, key_id, expires_at
                FROM access.session
                WHERE tenant_id = ANY (:tenants) AND expires_at > :now
                """)
            .bindArray("tenants", UUID.class, tenants.toArray())
            .bind("now", Times.column(clock.instant()))
            .reduceRows(
                new ArrayList<>(),
                (list, row) -> {
                  list.add(sessionRow(row));
                  return list;
                });
    return new Loaded(versions, keys, sessions);
  }

  private static Map<UUID, Long> versions(Handle handle, @Nullable Set<UUID> tenants) {
    String narrowed = tenants == null ? "" : "WHERE tenant_id = ANY (:tenants)";
    var query = handle.createQuery("SELECT tenant_id, version FROM access.tenant " + narrowed);
    if (tenants != null) {
      query.bindArray("tenants", UUID.class, tenants.toArray());
    }
    return query.reduceRows(
        new HashMap<>(),
        (map, row) -> {
          map.put(row.getColumn("tenant_id", UUID.class), row.getColumn("version", Long.class));
          return map;
        });
  }

  private static KeyRow keyRow(RowView row) {
    String role = row.getColumn("role", String.class);
    Principal principal =
        new Principal(
            new TenantId(row.getColumn("tenant_id", UUID.class)),
            Principal.Kind.SERVICE,
            row.getColumn("id", UUID.class),
            row.getColumn("name", String.class),
            role,
            Rights.ROLES.getOrDefault(role, Set.of()),
            row.getColumn("requests_per_minute", Integer.class),
            KeyTags.read(row.getColumn("tags", String.class)));
    return new KeyRow(
        Hash.of(row.getColumn("hash", byte[].class)),
        principal,
        row.getColumn("expires_at", Instant.class),
        row.getColumn("old", Boolean.class));
  }

  private static SessionRow sessionRow(RowView row) {
    return new SessionRow(
        Hash.of(row.getColumn("hash", byte[].class)),
        new KeyId(row.getColumn("tenant_id", UUID.class), row.getColumn("key_id", UUID.class)),
        row.getColumn("expires_at", Instant.class));
  }
}

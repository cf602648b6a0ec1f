package dev.gimbal.access.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Erasable;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.IdempotencyStore;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The room on PostgreSQL. One thread of its own follows what other nodes change, writes when keys
/// were used last, and clears away what is outdated.
final class PostgresAccess implements Access {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresAccess.class);
  private static final Duration TRIM_EVERY = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 1_000;
  private static final long STOP_MILLIS = 5_000;

  private final AccessConfig config;
  private final Database database;
  private final Clock clock;
  private final KeyRing ring;
  private final AuditLog audit;
  private final PostgresIdempotency idempotency;
  private final Tenants tenants;
  private final List<Route> routes;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean closed;
  private @Nullable AutoCloseable changes;
  private @Nullable Thread follower;
  private Instant usedWritten;
  private Instant trimmed;

  PostgresAccess(
      AccessConfig config, Database database, Clock clock, Ids ids, SecureRandom random) {
    this.config = config;
    this.database = database;
    this.clock = clock;
    this.usedWritten = clock.instant();
    this.trimmed = clock.instant();
    Secrets secrets = new Secrets(random);
    ring = new KeyRing(database, clock);
    audit = new AuditLog(ids, clock);
    idempotency = new PostgresIdempotency(database, clock);
    Keys keys = new Keys(database, ring, audit, secrets, ids, clock);
    Sessions sessions = new Sessions(database, keys, audit, secrets, clock, config.sessionLife());
    tenants = new Tenants(database, keys, ring, audit, ids, clock);
    Rotations rotations = new Rotations(database, keys, audit, secrets, clock);
    routes = new AccessRoutes(ring, keys, rotations, sessions, tenants, database).routes();
  }

  @Override
  public synchronized void start() {
    ring.refresh();
    changes = database.onChanges(woken::release);
    follower = Thread.ofVirtual().name("access-follower").start(this::follow);
  }

  private void follow() {
    while (!closed) {
      try {
        boolean hinted = woken.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (hinted) {
          woken.drainPermits();
        }
        ring.refresh();
        housekeep();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (DatabaseException e) {
        LOG.warn("keys are as of some time ago, the database is away: {}", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("following keys failed; it goes on", e);
      }
    }
  }

  private void housekeep() {
    Instant now = clock.instant();
    if (!now.isBefore(usedWritten.plus(config.lastUsedEvery()))) {
      usedWritten = now;
      writeUsed();
    }
    if (!now.isBefore(trimmed.plus(TRIM_EVERY))) {
      trimmed = now;
      int gone = idempotency.trim();
      LOG.debug("{} outdated idempotency keys removed", gone);
    }
  }

  private void writeUsed() {
    ring.takeUsed()
        .forEach(
            (tenant, used) ->
                database.asOwner(
                    handle ->
                        handle
                            .createUpdate(
                                """
                                UPDATE access.key AS k
                                SET last_used_at = greatest(k.last_used_at, u.at)
                                FROM (
                                  SELECT id, to_timestamp(millis / 1000.0) AS at
                                  FROM unnest(:ids, :times) AS t (id, millis)) AS u
                                WHERE k.tenant_id = :tenant AND k.id = u.id
                                """)
                            .bind("tenant", tenant)
                            .bindArray(
                                "ids", UUID.class, used.stream().map(KeyRing.Used::key).toArray())
                            .bindArray(
                                "times",
                                Long.class,
                                used.stream().map(KeyRing.Used::millis).toArray())
                            .execute()));
  }

  @Override
  public boolean ensureFirstTenant(Consumer<String> keep) {
    return tenants.ensureFirst(keep);
  }

  @Override
  public Authenticator authenticator() {
    return ring;
  }

  @Override
  public IdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public Audit audit() {
    return audit;
  }

  @Override
  public Erasable erasable() {
    return new AccessErasure();
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopFollowing();
    try {
      writeUsed();
    } catch (RuntimeException e) {
      LOG.warn("when keys were used last could not be written: {}", e.getMessage());
    }
  }

  private void stopFollowing() {
    try {
      if (changes != null) {
        changes.close();
      }
      woken.release();
      if (follower != null) {
        follower.join(STOP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("following keys could not be stopped: {}", e.getMessage());
    }
  }
}

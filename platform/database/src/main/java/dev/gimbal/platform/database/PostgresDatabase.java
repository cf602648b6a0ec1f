package dev.gimbal.platform.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [Database] on a pool of connections to one PostgreSQL, which it stops when it started it.
final class PostgresDatabase implements Database {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

  private static final long HURRIED_WAIT_MILLIS = 1_000;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Migrations migrations;
  private final ChangeListener listener;
  private final ChangeNotifier notifier;
  private final AutoCloseable server;

  /// @param server closed last
  PostgresDatabase(
      HikariDataSource pool,
      Jdbi jdbi,
      Migrations migrations,
      ChangeListener listener,
      ChangeNotifier notifier,
      AutoCloseable server) {
    this.pool = pool;
    this.jdbi = jdbi;
    this.migrations = migrations;
    this.listener = listener;
    this.notifier = notifier;
    this.server = server;
  }

  @Override
  public <T> T inTransaction(TenantId tenant, Work<T> work) {
    PostgresTransaction[] entered = new PostgresTransaction[1];
    T result =
        commit(
            handle -> {
              PostgresTransaction transaction = new PostgresTransaction(tenant, handle);
              transaction.enter();
              entered[0] = transaction;
              return work.run(transaction);
            });
    if (entered[0].changed()) {
      notifier.committed();
    }
    for (Runnable action : entered[0].actions()) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.warn("what was to follow a commit failed", e);
      }
    }
    return result;
  }

  @Override
  public <T> T asOwner(OwnerWork<T> work) {
    return commit(work::run);
  }

  private <T> T commit(Function<Handle, T> work) {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      boolean done = false;
      try {
        T result = work.apply(handle);
        handle.commit();
        done = true;
        return result;
      } finally {
        if (!done) {
          rollBack(handle);
        }
      }
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  /// Whatever made the work end is what the caller must see, and a connection that cannot even
  /// roll back is closed by the pool.
  private static void rollBack(Handle handle) {
    try {
      handle.rollback();
    } catch (RuntimeException e) {
      LOG.debug("a transaction could not be rolled back", e);
    }
  }

  @Override
  public void migrate(String room) {
    migrations.migrate(room);
  }

  @Override
  public void migrate(String room, String version) {
    migrations.migrate(room, version);
  }

  @Override
  public ChangeBatch changesAfter(ChangeCursor cursor, int limit) {
    return asOwner(handle -> ChangeLog.after(handle, cursor, limit));
  }

  @Override
  public ChangeCursor changesEnd() {
    return asOwner(ChangeLog::end);
  }

  @Override
  public int trimChanges(Instant before) {
    return asOwner(handle -> ChangeLog.trim(handle, before));
  }

  @Override
  public AutoCloseable onChanges(Runnable wake) {
    return listener.add(wake);
  }

  @Override
  public DataSource ownerSource() {
    return pool;
  }

  @Override
  public void hurry() {
    pool.setConnectionTimeout(Math.min(pool.getConnectionTimeout(), HURRIED_WAIT_MILLIS));
  }

  @Override
  public void close() {
    listener.close();
    notifier.close();
    pool.close();
    try {
      server.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the database server could not be closed", e);
    }
  }
}

package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/// The PostgreSQL of this server, embedded or external. Thread-safe; blocks the calling (virtual)
/// thread, at most for the configured statement time limit. Each method takes one connection of a
/// bounded pool and waits for it at most the configured time.
public interface Database extends AutoCloseable {

  /// Runs the work in a transaction of the tenant at READ COMMITTED and commits it; an exception
  /// rolls back and is thrown on.
  ///
  /// @throws DatabaseException [DatabaseError#DATABASE_UNAVAILABLE] if no connection could be had
  ///     in
  ///     time or the server is gone
  <T> T inTransaction(TenantId tenant, Work<T> work);

  /// Runs the work in a transaction as the owner of the schema, past row-level security: for
  /// migrations, the ledger writer, backup, retention, look-ups that decide the tenant, and
  /// housekeeping over all tenants. Everything that a caller's request decides runs in
  /// [#inTransaction] instead.
  <T> T asOwner(OwnerWork<T> work);

  /// Brings a room's schema up to date: Flyway over `classpath:db/ROOM`, history in the schema
  /// ROOM,
  /// forward only. Rooms call it once, in wiring.
  void migrate(String room);

  /// Brings a room's schema up to one version and no further, for a backup of that version to be
  /// restored into it.
  ///
  /// @throws DatabaseException [DatabaseError#DATABASE_VERSION_UNSUPPORTED] if we know no such
  ///     version
  void migrate(String room, String version);

  /// Hands over every change-log entry after a cursor, oldest first, at most `limit`, and none
  /// that a
  /// still running transaction could yet precede.
  ChangeBatch changesAfter(ChangeCursor cursor, int limit);

  /// The cursor behind which nothing has been committed yet: where a reader that is up to date
  /// starts.
  ChangeCursor changesEnd();

  /// Forgets change-log entries that were logged before an instant; a reader that had not come so
  /// far learns of it by [ChangeBatch#missed].
  ///
  /// @return how many went
  int trimChanges(Instant before);

  /// Calls `wake` soon after any commit that logged a change, on any node, and at least each
  /// second.
  /// Close what is returned to stop. Notification is only a hint: read the changes.
  AutoCloseable onChanges(Runnable wake);

  /// The pool as kept libraries want it: connections as the owner, in autocommit. Our own code
  /// uses [#asOwner]. Closing the database closes it.
  DataSource ownerSource();

  /// Says that the process is about to stop: from now on nobody waits for a connection longer than
  /// a second, so that a database that is gone does not hold up the end.
  default void hurry() {}

  @Override
  void close();

  /// Work in a tenant's transaction.
  @FunctionalInterface
  interface Work<T> {
    T run(Transaction transaction);
  }

  /// Work as the owner.
  @FunctionalInterface
  interface OwnerWork<T> {
    T run(Handle handle);
  }
}

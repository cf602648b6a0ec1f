package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.core.journal.KilledProcess.Stage;
import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.function.Consumer;
import javax.sql.DataSource;

/// A database that tells at which stage of the owner's transactions it is.
final class DyingDatabase implements Database {
  private final Database database;
  private final Consumer<Stage> reached;

  DyingDatabase(Database database, Consumer<Stage> reached) {
    this.database = database;
    this.reached = reached;
  }

  @Override
  public <T> T asOwner(OwnerWork<T> work) {
    T result =
        database.asOwner(
            handle -> {
              T done = work.run(handle);
              reached.accept(Stage.ROWS_COPIED_NOT_COMMITTED);
              return done;
            });
    reached.accept(Stage.COMMITTED_NOT_NOTED);
    return result;
  }

  @Override
  public <T> T inTransaction(TenantId tenant, Work<T> work) {
    return database.inTransaction(tenant, work);
  }

  @Override
  public void migrate(String room) {
    database.migrate(room);
  }

  @Override
  public ChangeBatch changesAfter(ChangeCursor cursor, int limit) {
    return database.changesAfter(cursor, limit);
  }

  @Override
  public ChangeCursor changesEnd() {
    return database.changesEnd();
  }

  @Override
  public int trimChanges(Instant before) {
    return database.trimChanges(before);
  }

  @Override
  public DataSource ownerSource() {
    return database.ownerSource();
  }

  @Override
  public AutoCloseable onChanges(Runnable wake) {
    return database.onChanges(wake);
  }

  @Override
  public void close() {
    database.close();
  }
}

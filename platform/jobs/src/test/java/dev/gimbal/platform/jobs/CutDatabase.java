package dev.gimbal.platform.jobs;

import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.ids.TenantId;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// A database whose line can be cut, so that to all others its node is dead.
final class CutDatabase implements Database {
  private final Database database;
  private volatile boolean cut;

  CutDatabase(Database database) {
    this.database = database;
  }

  void cut() {
    cut = true;
  }

  void mend() {
    cut = false;
  }

  private Database reached() {
    if (cut) {
      throw new DatabaseException(DatabaseError.DATABASE_UNAVAILABLE, "the line is cut", null);
    }
    return database;
  }

  @Override
  public <T> T inTransaction(TenantId tenant, Work<T> work) {
    return reached().inTransaction(tenant, work);
  }

  @Override
  public <T> T asOwner(OwnerWork<T> work) {
    return reached().asOwner(work);
  }

  @Override
  public void migrate(String room) {
    reached().migrate(room);
  }

  @Override
  public void migrate(String room, String version) {
    reached().migrate(room, version);
  }

  @Override
  public ChangeBatch changesAfter(ChangeCursor cursor, int limit) {
    return reached().changesAfter(cursor, limit);
  }

  @Override
  public ChangeCursor changesEnd() {
    return reached().changesEnd();
  }

  @Override
  public int trimChanges(Instant before) {
    return reached().trimChanges(before);
  }

  @Override
  public AutoCloseable onChanges(Runnable wake) {
    return reached().onChanges(wake);
  }

  @Override
  public DataSource ownerSource() {
    return new DataSource() {
      @Override
      public Connection getConnection() throws SQLException {
        if (cut) {
          throw new SQLException("the line is cut", "08006");
        }
        return database.ownerSource().getConnection();
      }

      @Override
      public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
      }

      @Override
      public PrintWriter getLogWriter() throws SQLException {
        return database.ownerSource().getLogWriter();
      }

      @Override
      public void setLogWriter(PrintWriter out) throws SQLException {
        database.ownerSource().setLogWriter(out);
      }

      @Override
      public void setLoginTimeout(int seconds) throws SQLException {
        database.ownerSource().setLoginTimeout(seconds);
      }

      @Override
      public int getLoginTimeout() throws SQLException {
        return database.ownerSource().getLoginTimeout();
      }

      @Override
      public Logger getParentLogger() {
        return Logger.getLogger("cut");
      }

      @Override
      public <T> T unwrap(Class<T> type) throws SQLException {
        return database.ownerSource().unwrap(type);
      }

      @Override
      public boolean isWrapperFor(Class<?> type) throws SQLException {
        return database.ownerSource().isWrapperFor(type);
      }
    };
  }

  @Override
  public void close() {
    database.close();
  }
}

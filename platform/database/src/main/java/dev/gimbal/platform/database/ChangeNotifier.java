package dev.gimbal.platform.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells every node that the change log has grown, soon after the commits that made it grow.
///
/// Not in those transactions themselves: PostgreSQL holds one lock over the whole server from a
/// NOTIFY until its commit is on disk, so commits that notify go one after another and keep their
/// connections for as long (measured: 18 of 20 connections waited there under an ingestion, and a
/// search waited for a connection). Here one notification, which waits for no disk, stands for all
/// commits since the one before. A crash may lose it; readers poll each second.
final class ChangeNotifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeNotifier.class);
  private static final int IDLE_SECONDS = 10;
  private static final int PAUSE_SECONDS = 1;

  private final DataSource source;
  private final Semaphore due = new Semaphore(0);
  private volatile boolean closed;
  private @Nullable Thread thread;

  /// @param source of a connection beside the pool
  ChangeNotifier(DataSource source) {
    this.source = source;
  }

  /// A commit has made the change log grow.
  void committed() {
    due.release();
    start();
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      thread = Thread.ofVirtual().name("database-notify").start(this::run);
    }
  }

  private void run() {
    try {
      while (!closed) {
        due.acquire();
        try {
          notifyWhileDue();
        } catch (SQLException e) {
          if (!closed) {
            LOG.warn("nodes are not told of changes, they poll: {}", e.getMessage());
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The connection is given back when nothing has happened for a while.
  private void notifyWhileDue() throws SQLException, InterruptedException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit TO off");
      do {
        due.drainPermits();
        statement.execute("NOTIFY " + ChangeLog.CHANNEL);
      } while (!closed && due.tryAcquire(IDLE_SECONDS, TimeUnit.SECONDS));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}

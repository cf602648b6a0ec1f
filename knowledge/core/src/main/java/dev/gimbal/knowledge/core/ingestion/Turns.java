package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.util.concurrent.Semaphore;

/// Transactions of ingestion, few at a time over all jobs of this node: hundreds of documents are
/// under way at once, and with a connection each they would make every search and every call wait
/// for one. Thread-safe.
final class Turns {
  // Commits wait for the disk together, so more at a time would not be faster.
  private static final int AT_ONCE = 6;

  private final Database database;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  Turns(Database database) {
    this.database = database;
  }

  /// As [Database#inTransaction], when it is its turn.
  <T> T inTransaction(TenantId tenant, Database.Work<T> work) {
    turns.acquireUninterruptibly(); // each ends within the database's time limit
    try {
      return database.inTransaction(tenant, work);
    } finally {
      turns.release();
    }
  }
}

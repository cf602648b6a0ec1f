package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.util.concurrent.Semaphore;

/// Transactions of ingestion, few at a time over all jobs of this node. Documents end together,
/// as the texts of one call to the embedder do, and then all want the database: its processes
/// would take both processors of a small machine from every search. Thread-safe.
final class Turns {
  private final Database database;
  private final Semaphore turns;

  /// @param atOnce how many, at least 1
  Turns(Database database, int atOnce) {
    this.database = database;
    this.turns = new Semaphore(atOnce, true);
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

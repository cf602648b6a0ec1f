package dev.gimbal.gateway.core.budget;

import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the limits as the database has them, whichever node changed them. Thread-safe.
final class BudgetFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetFollower.class);
  private static final int BATCH = 1_000;

  private final Database database;
  private final BudgetStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final AutoCloseable listening;
  private ChangeCursor cursor;

  /// Reads everything once and follows from there. Blocks.
  BudgetFollower(Database database, BudgetStore store) {
    this.database = database;
    this.store = store;
    this.cursor = database.changesEnd();
    store.reload();
    this.listening = database.onChanges(this::catchUp);
  }

  private void catchUp() {
    if (!lock.tryLock()) {
      return;
    }
    try {
      boolean changed = false;
      ChangeCursor next = cursor;
      ChangeBatch batch = database.changesAfter(next, BATCH);
      changed |= batch.missed();
      while (!batch.changes().isEmpty()) {
        changed |= batch.changes().stream().anyMatch(c -> c.topic().equals(BudgetStore.TOPIC));
        next = batch.next();
        batch = database.changesAfter(next, BATCH);
      }
      if (changed) {
        store.reload();
      }
      cursor = next;
    } catch (RuntimeException e) {
      LOG.warn("budgets and limits could not be read; trying again soon", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (Exception e) {
      LOG.warn("could not stop listening for changes", e);
    }
  }
}

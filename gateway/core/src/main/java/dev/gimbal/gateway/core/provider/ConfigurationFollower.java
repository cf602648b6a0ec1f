package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps providers and prices as the database has them, whichever node changed them. Thread-safe.
public final class ConfigurationFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFollower.class);
  private static final int BATCH = 1_000;

  private final Database database;
  private final ProviderStore providers;
  private final PriceStore prices;
  private final ReentrantLock lock = new ReentrantLock();
  private final AutoCloseable listening;
  private ChangeCursor cursor;

  /// Reads everything once and follows from there. Blocks.
  public ConfigurationFollower(Database database, ProviderStore providers, PriceStore prices) {
    this.database = database;
    this.providers = providers;
    this.prices = prices;
    this.cursor = database.changesEnd();
    providers.reload();
    prices.reload();
    this.listening = database.onChanges(this::catchUp);
  }

  private void catchUp() {
    if (!lock.tryLock()) {
      return;
    }
    try {
      boolean providersChanged = false;
      boolean pricesChanged = false;
      ChangeCursor next = cursor;
      ChangeBatch batch = database.changesAfter(next, BATCH);
      while (!batch.changes().isEmpty()) {
        for (ChangeBatch.Change change : batch.changes()) {
          providersChanged |= change.topic().equals(ProviderStore.TOPIC);
          pricesChanged |= change.topic().equals(PriceStore.TOPIC);
        }
        next = batch.next();
        batch = database.changesAfter(next, BATCH);
      }
      if (providersChanged) {
        providers.reload();
      }
      if (pricesChanged) {
        prices.reload();
      }
      cursor = next;
    } catch (RuntimeException e) {
      LOG.warn("providers and prices could not be read; trying again soon", e);
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

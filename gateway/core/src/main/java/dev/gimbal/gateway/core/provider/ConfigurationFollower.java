package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps configuration as the database has it, whichever node changed them. Thread-safe.
public final class ConfigurationFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFollower.class);
  private static final int BATCH = 1_000;

  private final Database database;
  private final Map<String, Runnable> readers;
  private final ReentrantLock lock = new ReentrantLock();
  private final AutoCloseable listening;
  private ChangeCursor cursor;

  /// Reads everything once and follows from there. Blocks.
  public ConfigurationFollower(Database database, ProviderStore providers, PriceStore prices) {
    this(
        database, Map.of(ProviderStore.TOPIC, providers::reload, PriceStore.TOPIC, prices::reload));
  }

  /// Calls every reader once, and again when something of its topic changed. Blocks.
  ///
  /// @param readers by topic of the change log
  public ConfigurationFollower(Database database, Map<String, Runnable> readers) {
    this.database = database;
    this.readers = Map.copyOf(readers);
    this.cursor = database.changesEnd();
    this.readers.values().forEach(Runnable::run);
    this.listening = database.onChanges(this::catchUp);
  }

  private void catchUp() {
    if (!lock.tryLock()) {
      return;
    }
    try {
      Set<String> changed = new HashSet<>();
      ChangeCursor next = cursor;
      ChangeBatch batch = database.changesAfter(next, BATCH);
      boolean missed = batch.missed();
      while (!batch.changes().isEmpty()) {
        for (ChangeBatch.Change change : batch.changes()) {
          changed.add(change.topic());
        }
        next = batch.next();
        batch = database.changesAfter(next, BATCH);
        missed |= batch.missed();
      }
      if (missed) {
        next = database.changesEnd();
      }
      boolean all = missed;
      readers.forEach(
          (topic, reader) -> {
            if (all || changed.contains(topic)) {
              reader.run();
            }
          });
      cursor = next;
    } catch (RuntimeException e) {
      LOG.warn("a changed configuration could not be read; trying again soon", e);
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

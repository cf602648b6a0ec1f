package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.core.cache.CacheStore.Marked;
import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this node's policies and thresholds as the database has them and forgets answers that were
/// purged on any node. Thread-safe.
final class CacheFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFollower.class);
  private static final int BATCH = 1_000;
  private static final String ALL = "*";

  private final Database database;
  private final CacheStore store;
  private final CachePolicies policies;
  private final AnswerCache cache;
  private final ReentrantLock lock = new ReentrantLock();
  private final AutoCloseable listening;
  private ChangeCursor cursor;

  /// Reads everything once and follows from there. Blocks.
  CacheFollower(Database database, CacheStore store, CachePolicies policies, AnswerCache cache) {
    this.database = database;
    this.store = store;
    this.policies = policies;
    this.cache = cache;
    this.cursor = database.changesEnd();
    readAll();
    this.listening = database.onChanges(this::catchUp);
  }

  private void readAll() {
    reload();
    store.marked().forEach(this::learn);
  }

  /// Reads every policy anew.
  synchronized void reload() {
    policies.swap(store.all());
  }

  private void learn(Marked marked) {
    cache.learn(marked.tenant(), marked.route(), store.marks(marked.tenant(), marked.route()));
  }

  /// What the change log says of a purge: the route, `*` for all, and the key of one answer.
  static String purge(@Nullable String route, @Nullable String key) {
    return (key == null ? "" : key) + " " + (route == null ? ALL : route);
  }

  private void purge(TenantId tenant, String which) {
    int blank = which.indexOf(' ');
    String key = which.substring(0, blank);
    String route = which.substring(blank + 1);
    cache.purge(tenant, route.equals(ALL) ? null : route, key.isEmpty() ? null : key);
  }

  private void catchUp() {
    if (!lock.tryLock()) {
      return;
    }
    try {
      boolean policyChanged = false;
      Set<Marked> marked = new LinkedHashSet<>();
      ChangeCursor next = cursor;
      ChangeBatch batch = database.changesAfter(next, BATCH);
      boolean missed = batch.missed();
      while (!batch.changes().isEmpty()) {
        for (ChangeBatch.Change change : batch.changes()) {
          switch (change.topic()) {
            case CacheStore.POLICY -> policyChanged = true;
            case CacheStore.MARK -> marked.add(new Marked(change.tenant(), change.id()));
            case CacheStore.PURGE -> purge(change.tenant(), change.id());
            default -> {}
          }
        }
        next = batch.next();
        batch = database.changesAfter(next, BATCH);
        missed |= batch.missed();
      }
      if (missed) {
        next = database.changesEnd();
        cache.purgeEverything();
        readAll();
      } else {
        if (policyChanged) {
          reload();
        }
        marked.forEach(this::learn);
      }
      cursor = next;
    } catch (RuntimeException e) {
      LOG.warn("the cache's policies could not be read; trying again soon", e);
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

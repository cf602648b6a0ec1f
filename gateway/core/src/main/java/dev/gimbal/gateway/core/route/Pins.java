package dev.gimbal.gateway.core.route;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// By which provider and credential things were made that only it can use again: the last ones in
/// memory, all of them for a month in the database where there is one. Thread-safe; only the
/// executor blocks.
public final class Pins {
  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);
  private static final int MOST = 50_000;

  /// In the database, for one tenant.
  private static final int MOST_KEPT = 1_000_000;

  /// Writes that may wait for the database at a time.
  private static final int WAITING = 500;

  /// Vendors keep stored responses for 30 days.
  private static final Duration KEPT = Duration.ofDays(31);

  private final Clock clock;
  private final @Nullable Database database;
  private final Executor beside;
  private final Semaphore waiting = new Semaphore(WAITING);
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Item, Pin> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Item, Pin> eldest) {
          return size() > MOST;
        }
      };

  private record Item(TenantId tenant, String id) {}

  /// Who made an item.
  public record Pin(String provider, String credential) {}

  /// In memory alone.
  Pins(Clock clock) {
    this(clock, null, Runnable::run);
  }

  /// @param beside runs what blocks
  Pins(Clock clock, @Nullable Database database, Executor beside) {
    this.clock = clock;
    this.database = database;
    this.beside = beside;
  }

  Executor beside() {
    return beside;
  }

  /// Remembers who made these. Completes, never with a failure, when every node can know it; if
  /// the database does not take it, this node alone does.
  CompletionStage<Void> put(TenantId tenant, Collection<String> ids, Pin pin) {
    List<String> unknown = new ArrayList<>();
    lock.lock();
    try {
      for (String id : ids) {
        if (recent.putIfAbsent(new Item(tenant, id), pin) == null) {
          unknown.add(id);
        }
      }
    } finally {
      lock.unlock();
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    Database store = database;
    if (store == null || unknown.isEmpty()) {
      done.complete(null);
    } else if (!waiting.tryAcquire()) {
      LOG.warn("{} pins wait for the database: this node alone knows the next ones", WAITING);
      done.complete(null);
    } else {
      beside.execute(
          () -> {
            try {
              write(store, tenant, unknown, pin);
            } finally {
              waiting.release();
              done.complete(null);
            }
          });
    }
    return done;
  }

  /// Those of the items that anybody knows.
  CompletionStage<Map<String, Pin>> find(TenantId tenant, Collection<String> ids) {
    Map<String, Pin> found = new HashMap<>();
    List<String> unknown = new ArrayList<>();
    lock.lock();
    try {
      for (String id : ids) {
        Pin pin = recent.get(new Item(tenant, id));
        if (pin == null) {
          unknown.add(id);
        } else {
          found.put(id, pin);
        }
      }
    } finally {
      lock.unlock();
    }
    Database store = database;
    CompletableFuture<Map<String, Pin>> answer = new CompletableFuture<>();
    if (store == null || unknown.isEmpty()) {
      answer.complete(found);
      return answer;
    }
    beside.execute(
        () -> {
          try {
            found.putAll(read(store, tenant, unknown));
            answer.complete(found);
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private Map<String, Pin> read(Database store, TenantId tenant, List<String> ids) {
    Map<String, Pin> found = new HashMap<>();
    store.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT item, provider, credential FROM gateway.item_pin
                    WHERE tenant_id = :tenant AND item = ANY (:items)
                    """)
                .bind("tenant", tenant.value())
                .bindArray("items", String.class, ids)
                .map(
                    (row, context) ->
                        found.put(row.getString(1), new Pin(row.getString(2), row.getString(3))))
                .list());
    lock.lock();
    try {
      found.forEach((id, pin) -> recent.put(new Item(tenant, id), pin));
    } finally {
      lock.unlock();
    }
    return found;
  }

  private void write(Database store, TenantId tenant, List<String> ids, Pin pin) {
    try {
      store.inTransaction(
          tenant,
          transaction ->
              transaction
                  .handle()
                  .createUpdate(
                      """
                      INSERT INTO gateway.item_pin (tenant_id, item, provider, credential, created)
                      SELECT :tenant, item, :provider, :credential, :created
                      FROM unnest(:items) AS item ORDER BY item
                      ON CONFLICT DO NOTHING
                      """)
                  .bind("tenant", tenant.value())
                  .bindArray("items", String.class, ids)
                  .bind("provider", pin.provider)
                  .bind("credential", pin.credential)
                  .bind("created", Timestamp.from(clock.instant()))
                  .execute());
    } catch (RuntimeException e) {
      LOG.warn("an item's credential could not be written; this node knows it all the same", e);
    }
  }

  /// Forgets what no vendor keeps any longer, and a tenant's oldest where it has too many. Blocks.
  void forgetOld() {
    forgetOld(MOST_KEPT);
  }

  void forgetOld(int most) {
    if (database != null) {
      database.asOwner(
          handle ->
              handle
                      .createUpdate("DELETE FROM gateway.item_pin WHERE created < :before")
                      .bind("before", Timestamp.from(clock.instant().minus(KEPT)))
                      .execute()
                  + handle
                      .createUpdate(
                          """
                          DELETE FROM gateway.item_pin USING (
                            SELECT tenant_id, item, row_number() OVER (
                              PARTITION BY tenant_id ORDER BY created DESC, item) AS place
                            FROM gateway.item_pin) AS ranked
                          WHERE ranked.tenant_id = item_pin.tenant_id
                            AND ranked.item = item_pin.item AND ranked.place > :most
                          """)
                      .bind("most", most)
                      .execute());
    }
  }
}

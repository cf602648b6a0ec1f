package dev.gimbal.gateway.core.route;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// By which credential the items of the responses dialect were made: the last ones in memory, all
/// of them in the database where there is one. Thread-safe; only the executor blocks.
public final class Pins {
  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);
  private static final int MOST = 50_000;

  /// Vendors keep stored responses for 30 days.
  private static final Duration KEPT = Duration.ofDays(31);

  private final Clock clock;
  private final @Nullable Database database;
  private final Executor beside;
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

  void put(TenantId tenant, String id, String provider, String credential) {
    Pin pin = new Pin(provider, credential);
    remember(new Item(tenant, id), pin);
    Database store = database;
    if (store != null) {
      beside.execute(() -> write(store, tenant, id, pin));
    }
  }

  private void remember(Item item, Pin pin) {
    lock.lock();
    try {
      recent.put(item, pin);
    } finally {
      lock.unlock();
    }
  }

  /// Null if nobody knows the item.
  CompletionStage<@Nullable Pin> find(TenantId tenant, String id) {
    Item item = new Item(tenant, id);
    Pin known;
    lock.lock();
    try {
      known = recent.get(item);
    } finally {
      lock.unlock();
    }
    Database store = database;
    CompletableFuture<@Nullable Pin> found = new CompletableFuture<>();
    if (known != null || store == null) {
      found.complete(known);
      return found;
    }
    beside.execute(
        () -> {
          try {
            Optional<Pin> read = read(store, tenant, id);
            read.ifPresent(pin -> remember(item, pin));
            found.complete(read.orElse(null));
          } catch (RuntimeException e) {
            found.completeExceptionally(e);
          }
        });
    return found;
  }

  private static Optional<Pin> read(Database store, TenantId tenant, String id) {
    return store.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT provider, credential FROM gateway.item_pin
                    WHERE tenant_id = :tenant AND item = :item
                    """)
                .bind("tenant", tenant.value())
                .bind("item", id)
                .map((row, context) -> new Pin(row.getString(1), row.getString(2)))
                .findOne());
  }

  private void write(Database store, TenantId tenant, String id, Pin pin) {
    try {
      store.inTransaction(
          tenant,
          transaction ->
              transaction
                  .handle()
                  .createUpdate(
                      """
                      INSERT INTO gateway.item_pin (tenant_id, item, provider, credential, created)
                      VALUES (:tenant, :item, :provider, :credential, :created)
                      ON CONFLICT DO NOTHING
                      """)
                  .bind("tenant", tenant.value())
                  .bind("item", id)
                  .bind("provider", pin.provider)
                  .bind("credential", pin.credential)
                  .bind("created", Timestamp.from(clock.instant()))
                  .execute());
    } catch (RuntimeException e) {
      LOG.warn("an item's credential could not be written; this node knows it all the same", e);
    }
  }

  /// Forgets what no vendor keeps any longer. Blocks.
  void forgetOld() {
    if (database != null) {
      database.asOwner(
          handle ->
              handle
                  .createUpdate("DELETE FROM gateway.item_pin WHERE created < :before")
                  .bind("before", Timestamp.from(clock.instant().minus(KEPT)))
                  .execute());
    }
  }
}

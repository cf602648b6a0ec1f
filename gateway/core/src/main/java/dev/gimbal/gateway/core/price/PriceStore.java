package dev.gimbal.gateway.core.price;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The prices that tenants set. Thread-safe; blocks.
public final class PriceStore {
  /// Topic of the change log.
  public static final String TOPIC = "gateway.price";

  /// The source of a price that a tenant set.
  public static final String OWN = "set by the tenant";

  private final Database database;
  private final PriceTable table;
  private final Unpriced unpriced;

  public PriceStore(Database database, PriceTable table) {
    this.database = database;
    this.table = table;
    this.unpriced = new Unpriced(database);
    table.unpriced(unpriced::called);
  }

  /// Sets a price from a time on; the same model and time again replaces it.
  public void set(Transaction transaction, DatedPrice price) {
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO gateway.price (tenant_id, model, valid_from, input, output, cached_input,
              cache_write, details)
            VALUES (:tenant, :model, :from, :input, :output, :cached, :written,
              CAST(:details AS jsonb))
            ON CONFLICT (tenant_id, model, valid_from) DO UPDATE
            SET input = :input, output = :output, cached_input = :cached, cache_write = :written,
              details = CAST(:details AS jsonb)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("model", price.model())
        .bind("from", Timestamp.from(price.from()))
        .bind("input", price.price().input())
        .bind("output", price.price().output())
        .bind("cached", price.price().cachedInput())
        .bind("written", price.price().cacheWrite())
        .bind("details", details(price.price().more()))
        .execute();
    transaction.changed(TOPIC, price.model());
    transaction.afterCommit(this::reload);
  }

  private static @Nullable String details(PriceDetails details) {
    return details.equals(PriceDetails.NONE) ? null : Json.write(details);
  }

  private static PriceDetails details(@Nullable String json) {
    try {
      return json == null ? PriceDetails.NONE : Json.MAPPER.readValue(json, PriceDetails.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a price of the database cannot be read", e);
    }
  }

  /// The models that a tenant called and that have no price now. Blocks.
  public List<UnpricedModel> unpriced(TenantId tenant, Instant now) {
    return unpriced.list(tenant).stream()
        .filter(called -> !table.knows(tenant, called.model(), now))
        .toList();
  }

  /// Reads every tenant's prices and swaps them in.
  public synchronized void reload() {
    Map<TenantId, List<DatedPrice>> all = new HashMap<>();
    database.asOwner(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT tenant_id, model, valid_from, input, output, cached_input,
                      cache_write, details
                    FROM gateway.price
                    """)
                .map((row, context) -> add(all, row))
                .list());
    table.swap(all);
  }

  private static boolean add(Map<TenantId, List<DatedPrice>> all, ResultSet row)
      throws SQLException {
    TenantId tenant = new TenantId(row.getObject("tenant_id", UUID.class));
    Instant from = row.getTimestamp("valid_from").toInstant();
    Price price =
        new Price(
            row.getLong("input"),
            row.getLong("output"),
            row.getObject("cached_input", Long.class),
            row.getObject("cache_write", Long.class),
            details(row.getString("details")));
    return all.computeIfAbsent(tenant, t -> new ArrayList<>())
        .add(new DatedPrice(row.getString("model"), from, price, OWN));
  }
}

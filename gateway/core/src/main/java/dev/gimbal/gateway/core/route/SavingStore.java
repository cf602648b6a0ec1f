package dev.gimbal.gateway.core.route;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Keeps what routes saved, by day. Thread-safe; blocks.
final class SavingStore {
  private final Database database;
  private final Savings savings;

  SavingStore(Database database, Savings savings) {
    this.database = database;
    this.savings = savings;
  }

  /// One day of a route.
  record Kept(LocalDate day, Savings.Sum sum) {}

  /// Writes what added up since the last time, or keeps it for the next.
  void write() {
    Map<Savings.Day, Savings.Sum> taken = savings.drain();
    if (taken.isEmpty()) {
      return;
    }
    try {
      database.asOwner(
          handle -> {
            taken.forEach((day, sum) -> add(handle, day, sum));
            return true;
          });
    } catch (RuntimeException e) {
      savings.restore(taken);
      throw e;
    }
  }

  private static void add(Handle handle, Savings.Day day, Savings.Sum sum) {
    handle
        .createUpdate(
            """
            INSERT INTO gateway.route_saving AS s
              (tenant_id, route, day, kept, escalated, saved, lost)
            VALUES (:tenant, :route, :day, :kept, :escalated, :saved, :lost)
            ON CONFLICT (tenant_id, route, day) DO UPDATE
            SET kept = s.kept + :kept, escalated = s.escalated + :escalated,
              saved = s.saved + :saved, lost = s.lost + :lost
            """)
        .bind("tenant", day.tenant().value())
        .bind("route", day.route())
        .bind("day", day.day())
        .bind("kept", sum.kept())
        .bind("escalated", sum.escalated())
        .bind("saved", sum.savedNanoUsd())
        .bind("lost", sum.lostNanoUsd())
        .execute();
  }

  /// The last days of a route, the latest first.
  List<Kept> list(Transaction transaction, String route, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT day, kept, escalated, saved, lost FROM gateway.route_saving
            WHERE tenant_id = :tenant AND route = :route ORDER BY day DESC LIMIT :limit
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("route", route)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Kept(
                    row.getObject("day", LocalDate.class),
                    new Savings.Sum(
                        row.getLong("kept"),
                        row.getLong("escalated"),
                        row.getLong("saved"),
                        row.getLong("lost"))))
        .list();
  }
}

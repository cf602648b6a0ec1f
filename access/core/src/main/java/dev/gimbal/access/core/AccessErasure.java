package dev.gimbal.access.core;

import dev.gimbal.access.api.Erasable;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.IdText;

/// Erases sign-ins and stored answers of a principal. Its key and what it changed stay on record:
/// they are evidence about the tenant's data, and name the principal by its id alone.
final class AccessErasure implements Erasable {

  @Override
  public String room() {
    return "access";
  }

  @Override
  public long erase(Transaction transaction, String principal) {
    long sessions =
        IdText.parse("key", principal)
            .map(
                key ->
                    transaction
                        .handle()
                        .createUpdate(
                            "DELETE FROM access.session WHERE tenant_id = :tenant AND key_id = :key")
                        .bind("tenant", transaction.tenant().value())
                        .bind("key", key)
                        .execute())
            .orElse(0);
    return sessions
        + transaction
            .handle()
            .createUpdate(
                """
                DELETE FROM access.idempotency
                WHERE tenant_id = :tenant AND principal = :principal
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("principal", principal)
            .execute();
  }
}

package dev.gimbal.knowledge.core.store;

import dev.gimbal.access.api.Erasable;
import dev.gimbal.platform.database.Transaction;

/// Erases the conversations of a principal: its questions, and the answers to them. Documents stay:
/// they are the tenant's, and nothing in them says who put them in. Thread-safe.
public final class KnowledgeErasure implements Erasable {

  @Override
  public String room() {
    return "knowledge";
  }

  @Override
  public long erase(Transaction transaction, String principal) {
    return transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM knowledge.conversation
            WHERE tenant_id = :tenant AND principal = :principal
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("principal", principal)
        .execute();
  }
}

package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Transaction;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes documents out of the database. Each method joins the caller's transaction.
public final class DocumentRemoval {
  private DocumentRemoval() {}

  /// Removes documents with all that was made of them, but for their blobs.
  ///
  /// @param document null: every document of the collection
  /// @return hashes of the blobs that they had
  public static List<Hash> remove(
      Transaction transaction, UUID collection, @Nullable UUID document) {
    // In the order in which work on a version takes its locks, and before anything is read.
    Locks.vectors(transaction, Locks.Mode.EXCLUSIVE);
    lockAll(transaction, collection, document);
    List<Gone> versions = versionsOf(transaction, collection, document);
    removeVectors(transaction, versions.stream().map(Gone::version).toList());
    transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM knowledge.document
            WHERE tenant_id = :tenant AND collection_id = :collection
              AND (CAST(:document AS uuid) IS NULL OR id = CAST(:document AS uuid))
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bindByType("document", document, UUID.class)
        .execute();
    versions.forEach(gone -> new ReadAgain(gone.collection(), gone.version()).log(transaction));
    return versions.stream().map(Gone::blob).distinct().toList();
  }

  private static void lockAll(Transaction transaction, UUID collection, @Nullable UUID document) {
    transaction
        .handle()
        .createQuery(
            """
            SELECT id FROM knowledge.document
            WHERE tenant_id = :tenant AND collection_id = :collection
              AND (CAST(:document AS uuid) IS NULL OR id = CAST(:document AS uuid))
            ORDER BY id FOR UPDATE
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bindByType("document", document, UUID.class)
        .mapTo(UUID.class)
        .list();
  }

  private static List<Gone> versionsOf(
      Transaction transaction, UUID collection, @Nullable UUID document) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT collection_id, id, blob FROM knowledge.version
            WHERE tenant_id = :tenant AND collection_id = :collection
              AND (CAST(:document AS uuid) IS NULL OR document_id = CAST(:document AS uuid))
            ORDER BY id FOR UPDATE
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bindByType("document", document, UUID.class)
        .map(
            (row, context) ->
                new Gone(Sql.id(row, "collection_id"), Sql.id(row, "id"), Sql.hash(row, "blob")))
        .list();
  }

  /// Vectors that nothing but these versions uses.
  private static void removeVectors(Transaction transaction, List<UUID> versions) {
    transaction
        .handle()
        .createUpdate(
            """
            DELETE FROM knowledge.vector x
            WHERE x.tenant_id = :tenant
              AND x.hash IN (
                SELECT c.hash FROM knowledge.chunk c
                WHERE c.tenant_id = :tenant AND c.version_id = ANY (CAST(:versions AS uuid[])))
              AND NOT EXISTS (
                SELECT 1 FROM knowledge.chunk c
                WHERE c.tenant_id = :tenant AND c.hash = x.hash
                  AND c.version_id <> ALL (CAST(:versions AS uuid[])))
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("versions", Sql.array(versions))
        .execute();
  }

  private record Gone(UUID collection, UUID version, Hash blob) {}
}

package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.backup.BackupGate;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Removes blobs that no version uses any more. The check and the removal happen under the blob's
/// lock, which an upload of the same bytes takes before it relies on the file. Thread-safe.
public final class BlobSweep {
  private final Database database;
  private final DocumentStore documents;
  private final BlobStore blobs;

  /// @param documents that tell whether a blob is used
  public BlobSweep(Database database, DocumentStore documents, BlobStore blobs) {
    this.database = database;
    this.documents = documents;
    this.blobs = blobs;
  }

  /// Removes those of the blobs that are unused; call it after the commit that let go of them.
  public void run(TenantId tenant, List<Hash> candidates) {
    for (Hash hash : candidates) {
      database.inTransaction(
          tenant,
          transaction -> {
            BackupGate.pass(transaction);
            if (!documents.uses(transaction, hash)) {
              try {
                blobs.remove(tenant, hash);
              } catch (IOException e) {
                throw new UncheckedIOException("cannot remove blob " + hash.hex(), e);
              }
            }
            return true;
          });
    }
  }
}

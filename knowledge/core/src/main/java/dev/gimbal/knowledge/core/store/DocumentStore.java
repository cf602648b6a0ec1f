package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Documents and their versions as callers see them. Thread-safe; joins the transaction it is
/// given.
public final class DocumentStore {
  private static final String SELECT =
      """
      SELECT v.*, d.key, d.metadata, d.serving,
        d.created AS document_created, d.updated AS document_updated
      FROM knowledge.document d
      JOIN LATERAL (
        SELECT * FROM knowledge.version v
        WHERE v.tenant_id = d.tenant_id AND v.document_id = d.id
        ORDER BY v.number DESC LIMIT 1) v ON true
      WHERE d.tenant_id = :tenant
      """;

  private final Clock clock;

  /// @param clock when things are made
  public DocumentStore(Clock clock) {
    this.clock = clock;
  }

  /// The document of this key, made if there is none. Its row stays locked until the commit, so
  /// that versions of one document are added one after the other.
  ///
  /// @param id of the document if it is made
  public UUID lock(Transaction transaction, UUID collection, String key, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            INSERT INTO knowledge.document
              (tenant_id, id, collection_id, key, metadata, created, updated)
            VALUES (:tenant, :id, :collection, :key, '{}', :now, :now)
            ON CONFLICT (tenant_id, collection_id, key) DO UPDATE SET key = EXCLUDED.key
            RETURNING id
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .bind("collection", collection)
        .bind("key", key)
        .bind("now", clock.instant())
        .mapTo(UUID.class)
        .one();
  }

  /// Sets what the caller says of a document; what changes is indexed again.
  public void describe(Transaction transaction, UUID document, Map<String, String> metadata) {
    List<ReadAgain> again =
        transaction
            .handle()
            .createQuery(
                """
                WITH changed AS (
                  UPDATE knowledge.document SET metadata = CAST(:metadata AS jsonb), updated = :now
                  WHERE tenant_id = :tenant AND id = :document
                    AND metadata <> CAST(:metadata AS jsonb)
                  RETURNING id)
                UPDATE knowledge.version v SET revision = revision + 1
                FROM changed
                WHERE v.tenant_id = :tenant AND v.document_id = changed.id
                  AND v.stage IN ('embedded', 'ready')
                RETURNING v.collection_id, v.id
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("document", document)
            .bind("metadata", Json.write(metadata))
            .bind("now", clock.instant())
            .map((row, context) -> ReadAgain.of(row))
            .list();
    again.forEach(version -> version.log(transaction));
  }

  /// The newest version of a document.
  public Optional<VersionRow> newest(Transaction transaction, UUID document) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM knowledge.version
            WHERE tenant_id = :tenant AND document_id = :document ORDER BY number DESC LIMIT 1
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("document", document)
        .map((row, context) -> version(row))
        .findOne();
  }

  /// Adds a version that waits for work.
  public void add(Transaction transaction, VersionRow version) {
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO knowledge.version
              (tenant_id, id, document_id, collection_id, number, blob, bytes, file_name, stage,
               job, created, updated)
            VALUES (:tenant, :id, :document, :collection, :number, :blob, :bytes, :file_name,
              'received', :job, :now, :now)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", version.id())
        .bind("document", version.document())
        .bind("collection", version.collection())
        .bind("number", version.number())
        .bind("blob", version.blob().bytes())
        .bind("bytes", version.bytes())
        .bind("file_name", version.fileName())
        .bind("job", version.job())
        .bind("now", version.created())
        .execute();
    touch(transaction, version.document());
  }

  /// Lets work on a failed version begin anew.
  public void restart(Transaction transaction, UUID version, UUID job) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE knowledge.version
            SET stage = 'received', attempts = 0, job = :job, updated = :now,
              error_code = NULL, error_message = NULL
            WHERE tenant_id = :tenant AND id = :id AND stage = 'failed'
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", version)
        .bind("job", job)
        .bind("now", clock.instant())
        .execute();
  }

  /// How many versions of the tenant wait for work or are worked on.
  public long unfinished(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT count(*) FROM knowledge.version
            WHERE tenant_id = :tenant AND stage NOT IN ('ready', 'failed')
            """)
        .bind("tenant", transaction.tenant().value())
        .mapTo(Long.class)
        .one();
  }

  /// A document of a collection.
  ///
  /// @throws KnowledgeException [KnowledgeError#DOCUMENT_UNKNOWN]
  public DocumentRow get(Transaction transaction, UUID collection, UUID document) {
    return transaction
        .handle()
        .createQuery(SELECT + " AND d.collection_id = :collection AND d.id = :document")
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bind("document", document)
        .map((row, context) -> document(row))
        .findOne()
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.DOCUMENT_UNKNOWN, "the collection has no such document"));
  }

  /// Documents of a collection, newest first.
  ///
  /// @param state as the API says it; null: any
  /// @param text that key or title holds; null: any
  /// @param before the id of the last one of the page before; null: the first page
  public List<DocumentRow> list(
      Transaction transaction,
      UUID collection,
      @Nullable String state,
      @Nullable String text,
      @Nullable UUID before,
      int limit) {
    return transaction
        .handle()
        .createQuery(
            SELECT
                + """
                 AND d.collection_id = :collection
                  AND (CAST(:before AS uuid) IS NULL OR d.id < CAST(:before AS uuid))
                  AND (CAST(:text AS text) IS NULL
                    OR strpos(lower(d.key || ' ' || coalesce(v.title, '')), lower(CAST(:text AS text))) > 0)
                  AND (CAST(:state AS text) IS NULL OR CAST(:state AS text) = CASE
                    WHEN v.stage IN ('ready', 'failed') THEN v.stage
                    WHEN v.stage = 'received' AND v.attempts = 0 THEN 'waiting'
                    ELSE 'working' END)
                ORDER BY d.id DESC LIMIT :limit
                """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bindByType("before", before, UUID.class)
        .bind("text", text)
        .bind("state", state)
        .bind("limit", limit)
        .map((row, context) -> document(row))
        .list();
  }

  /// A document's versions, newest first.
  ///
  /// @param before the number of the last one of the page before
  public List<VersionRow> versions(Transaction transaction, UUID document, int before, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM knowledge.version
            WHERE tenant_id = :tenant AND document_id = :document AND number < :before
            ORDER BY number DESC LIMIT :limit
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("document", document)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> version(row))
        .list();
  }

  /// One version.
  ///
  /// @throws KnowledgeException [KnowledgeError#VERSION_UNKNOWN]
  public VersionRow version(Transaction transaction, UUID document, int number) {
    return versions(transaction, document, number == Integer.MAX_VALUE ? number : number + 1, 1)
        .stream()
        .filter(version -> version.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.VERSION_UNKNOWN, "the document has no version " + number));
  }

  /// Whether any version has this blob. Takes the blob's lock until the commit.
  public boolean uses(Transaction transaction, Hash blob) {
    Locks.blob(transaction, blob);
    return transaction
            .handle()
            .createQuery(
                """
                SELECT count(*) FROM knowledge.version
                WHERE tenant_id = :tenant AND blob = :blob
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("blob", blob.bytes())
            .mapTo(Long.class)
            .one()
        > 0;
  }

  /// The versions that serve of these documents of a collection.
  public List<UUID> serving(Transaction transaction, UUID collection, List<UUID> documents) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT serving FROM knowledge.document
            WHERE tenant_id = :tenant AND collection_id = :collection
              AND id = ANY (CAST(:documents AS uuid[])) AND serving IS NOT NULL
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bind("documents", Sql.array(documents))
        .mapTo(UUID.class)
        .list();
  }

  private void touch(Transaction transaction, UUID document) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE knowledge.document SET updated = :now
            WHERE tenant_id = :tenant AND id = :document
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("document", document)
        .bind("now", clock.instant())
        .execute();
  }

  private static DocumentRow document(ResultSet row) throws SQLException {
    return new DocumentRow(
        Sql.id(row, "document_id"),
        Sql.id(row, "collection_id"),
        row.getString("key"),
        Sql.texts(row, "metadata"),
        Sql.id(row, "serving"),
        Sql.instant(row, "document_created"),
        Sql.instant(row, "document_updated"),
        version(row));
  }

  static VersionRow version(ResultSet row) throws SQLException {
    String code = row.getString("error_code");
    return new VersionRow(
        Sql.id(row, "id"),
        Sql.id(row, "document_id"),
        Sql.id(row, "collection_id"),
        row.getInt("number"),
        Sql.hash(row, "blob"),
        row.getLong("bytes"),
        row.getString("file_name"),
        Stage.of(row.getString("stage")),
        row.getInt("revision"),
        row.getInt("attempts"),
        Sql.id(row, "job"),
        row.getString("title"),
        row.getString("format"),
        row.getString("extractor"),
        row.getObject("characters", Integer.class),
        row.getInt("passages"),
        code == null
            ? null
            : new VersionRow.Failure(code, String.valueOf(row.getString("error_message"))),
        Sql.instant(row, "created"),
        Sql.instant(row, "updated"));
  }
}

package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.core.index.IndexedDocument;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What indexes hold, read from the truth. An index knows a document by the id of its *version*, so
/// that a new version can be put beside the old one before it serves. Thread-safe; joins the
/// transaction it is given.
public final class IndexedStore {
  private static final String BELONGS =
      """
       v.tenant_id = :tenant AND v.collection_id = :collection
        AND (v.id = d.serving OR (v.stage = 'embedded' AND NOT EXISTS (
          SELECT 1 FROM knowledge.version s
          WHERE s.tenant_id = v.tenant_id AND s.id = d.serving AND s.number > v.number)))
      """;

  private final PassageStore passages;

  /// @param passages where texts and vectors come from
  public IndexedStore(PassageStore passages) {
    this.passages = passages;
  }

  /// Every collection of every tenant.
  public static List<Place> collections(Handle owner) {
    return owner
        .createQuery("SELECT tenant_id, id FROM knowledge.collection ORDER BY tenant_id, id")
        .map((row, context) -> new Place(new TenantId(Sql.id(row, "tenant_id")), Sql.id(row, "id")))
        .list();
  }

  /// A collection of a tenant.
  public record Place(TenantId tenant, UUID collection) {}

  /// The version's revision if the index is to hold it; empty if it is not to.
  public Optional<Integer> revision(Transaction transaction, UUID collection, UUID version) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT v.revision FROM knowledge.version v
            JOIN knowledge.document d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
            WHERE v.id = :version AND
            """
                + BELONGS)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bind("version", version)
        .mapTo(Integer.class)
        .findOne();
  }

  /// Ids and revisions of the versions that the collection's index is to hold, after an id.
  public Map<UUID, Integer> page(
      Transaction transaction, UUID collection, @Nullable UUID after, int limit) {
    Map<UUID, Integer> page = new java.util.LinkedHashMap<>();
    transaction
        .handle()
        .createQuery(
            """
            SELECT v.id, v.revision FROM knowledge.version v
            JOIN knowledge.document d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
            WHERE (CAST(:after AS uuid) IS NULL OR v.id > CAST(:after AS uuid)) AND
            """
                + BELONGS
                + " ORDER BY v.id LIMIT :limit")
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bindByType("after", after, UUID.class)
        .bind("limit", limit)
        .map((row, context) -> page.put(Sql.id(row, "id"), row.getInt("revision")))
        .list();
    return page;
  }

  /// A version as an index takes it; empty if it is gone.
  public Optional<IndexedDocument> load(Transaction transaction, UUID version) {
    Optional<Head> head =
        transaction
            .handle()
            .createQuery(
                """
                SELECT v.title, v.format, v.stated, v.created, d.metadata, d.key
                FROM knowledge.version v
                JOIN knowledge.document d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
                WHERE v.tenant_id = :tenant AND v.id = :version
                  AND v.stage IN ('embedded', 'ready')
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version)
            .map((row, context) -> Head.of(row))
            .findOne();
    return head.map(
        found ->
            new IndexedDocument(
                version,
                found.title(),
                found.format(),
                found.created(),
                found.metadata(),
                passages(transaction, version)));
  }

  private List<IndexedDocument.Passage> passages(Transaction transaction, UUID version) {
    List<StoredChunk> chunks = passages.chunks(transaction, version, -1, Integer.MAX_VALUE);
    Map<Hash, Map<String, float[]>> vectors =
        passages.vectors(transaction, chunks.stream().map(StoredChunk::hash).distinct().toList());
    return chunks.stream()
        .map(
            chunk ->
                new IndexedDocument.Passage(
                    chunk.chunk(), ofModel(vectors.get(chunk.hash()), chunk.model())))
        .toList();
  }

  private static Map<String, float[]> ofModel(
      @Nullable Map<String, float[]> vectors, String model) {
    float[] vector = vectors == null ? null : vectors.get(model);
    return vector == null ? Map.of() : Map.of(model, vector);
  }

  private record Head(String title, String format, Instant created, Map<String, String> metadata) {
    static Head of(ResultSet row) throws SQLException {
      Map<String, String> metadata = new HashMap<>(Sql.texts(row, "stated"));
      Instant created = stated(metadata.get("created"), Sql.instant(row, "created"));
      metadata.putAll(Sql.texts(row, "metadata"));
      return new Head(
          String.valueOf(row.getString("title")),
          String.valueOf(row.getString("format")),
          created,
          metadata);
    }

    /// What a document says of its date is a filter only if it is a date.
    private static Instant stated(@Nullable String text, Instant otherwise) {
      if (text == null) {
        return otherwise;
      }
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        return otherwise;
      }
    }
  }
}

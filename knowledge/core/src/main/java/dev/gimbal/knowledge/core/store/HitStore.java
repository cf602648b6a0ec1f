package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// From what an index found to what a caller sees. Thread-safe; joins the transaction it is given.
public final class HitStore {
  private final PassageStore passages;

  /// @param passages where texts come from
  public HitStore(PassageStore passages) {
    this.passages = passages;
  }

  /// The chunks that an index found, in the same order, without those of versions that do not (or
  /// no longer) serve in this collection.
  public List<HitRow> read(Transaction transaction, UUID collection, List<Found> found) {
    if (found.isEmpty()) {
      return List.of();
    }
    Map<Found, HitRow> rows = new HashMap<>();
    transaction
        .handle()
        .createQuery(
            """
            SELECT c.*, d.id AS document_id, d.key, v.number, v.title, v.format
            FROM unnest(CAST(:versions AS uuid[]), CAST(:ordinals AS int[])) AS f (version, ordinal)
            JOIN knowledge.chunk c
              ON c.tenant_id = :tenant AND c.version_id = f.version AND c.ordinal = f.ordinal
            JOIN knowledge.version v ON v.tenant_id = :tenant AND v.id = c.version_id
            JOIN knowledge.document d ON d.tenant_id = :tenant AND d.id = v.document_id
            WHERE d.collection_id = :collection AND d.serving = v.id
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .bind("versions", Sql.array(found.stream().map(Found::version).toList()))
        .bind("ordinals", Sql.numbers(found.stream().map(Found::ordinal).toList()))
        .map(
            (row, context) -> {
              StoredChunk chunk = PassageStore.chunk(row);
              return rows.put(
                  new Found(chunk.version(), chunk.ordinal()),
                  new HitRow(
                      Sql.id(row, "document_id"),
                      row.getInt("number"),
                      String.valueOf(row.getString("title")),
                      String.valueOf(row.getString("format")),
                      chunk));
            })
        .list();
    List<HitRow> ordered = found.stream().map(rows::get).filter(Objects::nonNull).toList();
    List<StoredChunk> filled =
        passages.withTexts(transaction, ordered.stream().map(HitRow::chunk).toList());
    return java.util.stream.IntStream.range(0, ordered.size())
        .mapToObj(at -> ordered.get(at).with(filled.get(at)))
        .toList();
  }

  /// A place in an index.
  public record Found(UUID version, int ordinal) {}

  /// A chunk with what its document is called.
  ///
  /// @param number of the version
  public record HitRow(UUID document, int number, String title, String format, StoredChunk chunk) {
    HitRow with(StoredChunk filled) {
      return new HitRow(document, number, title, format, filled);
    }
  }
}

package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.PreparedBatch;

/// Texts, chunks and vectors. Thread-safe; joins the transaction it is given.
public final class PassageStore {
  // Short enough that a passage costs little, long enough that a text is few rows.
  private static final int PART = 4096;

  /// What is embedded of a chunk.
  public static String embedded(String context, String text) {
    return context.isBlank() ? text : context + "\n" + text;
  }

  /// Replaces a version's text and chunks.
  ///
  /// @param models names the model that embeds a language
  public void put(
      Transaction transaction,
      UUID version,
      String text,
      List<Chunk> chunks,
      Function<String, String> models) {
    for (String table : List.of("text_part", "chunk")) {
      transaction
          .handle()
          .createUpdate(
              "DELETE FROM knowledge."
                  + table
                  + " WHERE tenant_id = :tenant AND version_id = :version")
          .bind("tenant", transaction.tenant().value())
          .bind("version", version)
          .execute();
    }
    putText(transaction, version, text);
    putChunks(transaction, version, chunks, models);
  }

  private static void putText(Transaction transaction, UUID version, String text) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                """
                INSERT INTO knowledge.text_part (tenant_id, version_id, part, content)
                VALUES (:tenant, :version, :part, :content)
                """);
    int part = 0;
    for (String content : Texts.parts(text, PART)) {
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("version", version)
          .bind("part", part++)
          .bind("content", content)
          .add();
    }
    batch.execute();
  }

  private static void putChunks(
      Transaction transaction, UUID version, List<Chunk> chunks, Function<String, String> models) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                """
                INSERT INTO knowledge.chunk
                  (tenant_id, version_id, ordinal, start_at, end_at, context, language, model,
                   locator, hash)
                VALUES (:tenant, :version, :ordinal, :start, :end, :context, :language, :model,
                  CAST(:locator AS jsonb), :hash)
                """);
    for (Chunk chunk : chunks) {
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("version", version)
          .bind("ordinal", chunk.ordinal())
          .bind("start", chunk.start())
          .bind("end", chunk.end())
          .bind("context", chunk.context())
          .bind("language", chunk.language())
          .bind("model", models.apply(chunk.language()))
          .bind("locator", Json.write(chunk.locator()))
          .bind("hash", Hash.of(embedded(chunk.context(), chunk.text())).bytes())
          .add();
    }
    batch.execute();
  }

  /// The whole text of a version.
  public String text(Transaction transaction, UUID version) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT content FROM knowledge.text_part
            WHERE tenant_id = :tenant AND version_id = :version ORDER BY part
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("version", version)
        .mapTo(String.class)
        .collect(Collectors.joining());
  }

  /// Chunks of versions with their texts, in order.
  ///
  /// @param after ordinal behind which to begin; -1: at the first
  public List<StoredChunk> chunks(Transaction transaction, UUID version, int after, int limit) {
    List<StoredChunk> chunks =
        transaction
            .handle()
            .createQuery(
                """
                SELECT * FROM knowledge.chunk
                WHERE tenant_id = :tenant AND version_id = :version AND ordinal > :after
                ORDER BY ordinal LIMIT :limit
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version)
            .bind("after", after)
            .bind("limit", limit)
            .map((row, context) -> chunk(row))
            .list();
    return withTexts(transaction, chunks);
  }

  /// The chunks of a version that have no vector yet, in order.
  public List<StoredChunk> withoutVector(Transaction transaction, UUID version, int limit) {
    List<StoredChunk> chunks =
        transaction
            .handle()
            .createQuery(
                """
                SELECT c.* FROM knowledge.chunk c
                WHERE c.tenant_id = :tenant AND c.version_id = :version
                  AND NOT EXISTS (
                    SELECT 1 FROM knowledge.vector x
                    WHERE x.tenant_id = :tenant AND x.hash = c.hash AND x.model = c.model)
                ORDER BY c.ordinal LIMIT :limit
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version)
            .bind("limit", limit)
            .map((row, context) -> chunk(row))
            .list();
    return withTexts(transaction, chunks);
  }

  /// Adds vectors; one that is there stays.
  public void putVectors(Transaction transaction, String model, Map<Hash, float[]> vectors) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                """
                INSERT INTO knowledge.vector (tenant_id, hash, model, value)
                VALUES (:tenant, :hash, :model, :value)
                ON CONFLICT (tenant_id, hash, model) DO NOTHING
                """);
    // In one order everywhere, or two batches with the same texts could wait for each other.
    vectors.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(Hash::hex)))
        .forEach(
            entry ->
                batch
                    .bind("tenant", transaction.tenant().value())
                    .bind("hash", entry.getKey().bytes())
                    .bind("model", model)
                    .bind("value", Sql.vector(entry.getValue()))
                    .add());
    batch.execute();
  }

  /// The vectors of what was embedded, by hash and then by model.
  public Map<Hash, Map<String, float[]>> vectors(Transaction transaction, Collection<Hash> hashes) {
    Map<Hash, Map<String, float[]>> vectors = new HashMap<>();
    transaction
        .handle()
        .createQuery(
            """
            SELECT x.hash, x.model, x.value FROM knowledge.vector x
            WHERE x.tenant_id = :tenant AND x.hash IN (
              SELECT decode(h, 'hex') FROM unnest(CAST(:hashes AS text[])) AS h)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("hashes", Sql.hashes(hashes))
        .map(
            (row, context) ->
                vectors
                    .computeIfAbsent(Sql.hash(row, "hash"), hash -> new HashMap<>())
                    .put(row.getString("model"), Sql.vector(row.getBytes("value"))))
        .list();
    return vectors;
  }

  /// The same chunks with the texts that they stand for.
  List<StoredChunk> withTexts(Transaction transaction, List<StoredChunk> chunks) {
    Map<Part, String> parts = parts(transaction, chunks);
    List<StoredChunk> filled = new ArrayList<>(chunks.size());
    for (StoredChunk chunk : chunks) {
      filled.add(chunk.with(cut(parts, chunk)));
    }
    return filled;
  }

  private static Map<Part, String> parts(Transaction transaction, List<StoredChunk> chunks) {
    Map<Part, Boolean> wanted = new LinkedHashMap<>();
    for (StoredChunk chunk : chunks) {
      for (int part = chunk.start() / PART; part * PART < chunk.end(); part++) {
        wanted.put(new Part(chunk.version(), part), true);
      }
    }
    if (wanted.isEmpty()) {
      return Map.of();
    }
    return transaction
        .handle()
        .createQuery(
            """
            SELECT t.version_id, t.part, t.content FROM knowledge.text_part t
            JOIN unnest(CAST(:versions AS uuid[]), CAST(:parts AS int[])) AS w (version, part)
              ON t.version_id = w.version AND t.part = w.part
            WHERE t.tenant_id = :tenant
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("versions", Sql.array(wanted.keySet().stream().map(Part::version).toList()))
        .bind("parts", Sql.numbers(wanted.keySet().stream().map(Part::number).toList()))
        .map(
            (row, context) ->
                Map.entry(
                    new Part(Sql.id(row, "version_id"), row.getInt("part")),
                    row.getString("content")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String cut(Map<Part, String> parts, StoredChunk chunk) {
    int first = chunk.start() / PART;
    StringBuilder text = new StringBuilder();
    for (int part = first; part * PART < chunk.end(); part++) {
      text.append(parts.getOrDefault(new Part(chunk.version(), part), ""));
    }
    int from = text.offsetByCodePoints(0, chunk.start() - first * PART);
    return text.substring(from, text.offsetByCodePoints(from, chunk.end() - chunk.start()));
  }

  static StoredChunk chunk(ResultSet row) throws SQLException {
    return new StoredChunk(
        Sql.id(row, "version_id"),
        row.getInt("ordinal"),
        row.getInt("start_at"),
        row.getInt("end_at"),
        "",
        row.getString("context"),
        row.getString("language"),
        row.getString("model"),
        Json.read(row.getString("locator"), Locator.class),
        Sql.hash(row, "hash"));
  }

  private record Part(UUID version, int number) {}
}

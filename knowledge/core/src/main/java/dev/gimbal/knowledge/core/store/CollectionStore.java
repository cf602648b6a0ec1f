package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.IdText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Collections in the database. Thread-safe; joins the transaction it is given.
public final class CollectionStore {
  private static final String SELECT =
      """
      SELECT c.*,
        (SELECT count(*) FROM knowledge.document d
         WHERE d.tenant_id = c.tenant_id AND d.collection_id = c.id) AS documents,
        (SELECT coalesce(sum(v.passages), 0) FROM knowledge.document d
         JOIN knowledge.version v ON v.tenant_id = d.tenant_id AND v.id = d.serving
         WHERE d.tenant_id = c.tenant_id AND d.collection_id = c.id) AS passages
      FROM knowledge.collection c
      WHERE c.tenant_id = :tenant
      """;

  private final Clock clock;

  /// @param clock when things are made
  public CollectionStore(Clock clock) {
    this.clock = clock;
  }

  /// Adds a collection; false if the name is taken.
  public boolean add(
      Transaction transaction,
      UUID id,
      String name,
      @Nullable String title,
      @Nullable String language,
      @Nullable String description) {
    int added =
        transaction
            .handle()
            .createUpdate(
                """
                INSERT INTO knowledge.collection
                  (tenant_id, id, name, title, language, description, created)
                VALUES (:tenant, :id, :name, :title, :language, :description, :now)
                ON CONFLICT (tenant_id, name) DO NOTHING
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("id", id)
            .bind("name", name)
            .bind("title", title)
            .bind("language", language)
            .bind("description", description)
            .bind("now", clock.instant())
            .execute();
    if (added == 1) {
      transaction.changed(CollectionRow.TOPIC, id.toString());
    }
    return added == 1;
  }

  /// The collection of this name or id.
  public Optional<CollectionRow> find(Transaction transaction, String reference) {
    Optional<UUID> id = IdText.parse(CollectionRow.PREFIX, reference);
    return transaction
        .handle()
        .createQuery(SELECT + (id.isPresent() ? " AND c.id = :id" : " AND c.name = :name"))
        .bind("tenant", transaction.tenant().value())
        .bind("id", id.orElse(null))
        .bind("name", reference)
        .configure(
            org.jdbi.v3.core.statement.SqlStatements.class,
            statements -> statements.setUnusedBindingAllowed(true))
        .map((row, context) -> row(row))
        .findOne();
  }

  /// The id of the collection of this name or id; cheaper than [#find].
  ///
  /// @throws KnowledgeException [KnowledgeError#COLLECTION_UNKNOWN]
  public UUID id(Transaction transaction, String reference) {
    UUID id = IdText.parse(CollectionRow.PREFIX, reference).orElse(null);
    return transaction
        .handle()
        .createQuery(
            """
            SELECT id FROM knowledge.collection
            WHERE tenant_id = :tenant AND (id = CAST(:id AS uuid) OR (CAST(:id AS uuid) IS NULL AND name = :name))
            """)
        .bind("tenant", transaction.tenant().value())
        .bindByType("id", id, UUID.class)
        .bind("name", reference)
        .mapTo(UUID.class)
        .findOne()
        .orElseThrow(() -> unknown(reference));
  }

  /// Says that there is no such collection.
  public static KnowledgeException unknown(String reference) {
    return new KnowledgeException(
        KnowledgeError.COLLECTION_UNKNOWN, "there is no collection " + Texts.shown(reference));
  }

  /// Collections by name, after the name `after`.
  public List<CollectionRow> list(Transaction transaction, @Nullable String after, int limit) {
    return transaction
        .handle()
        .createQuery(SELECT + " AND c.name > :after ORDER BY c.name LIMIT :limit")
        .bind("tenant", transaction.tenant().value())
        .bind("after", after == null ? "" : after)
        .bind("limit", limit)
        .map((row, context) -> row(row))
        .list();
  }

  /// Names of all collections, sorted.
  public List<String> names(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            "SELECT name FROM knowledge.collection WHERE tenant_id = :tenant ORDER BY name")
        .bind("tenant", transaction.tenant().value())
        .mapTo(String.class)
        .list();
  }

  /// Removes a collection with all that is in it.
  public void remove(Transaction transaction, UUID id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM knowledge.collection WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
    transaction.changed(CollectionRow.TOPIC, id.toString());
  }

  /// Whether there is a collection of this id.
  public boolean exists(Transaction transaction, UUID id) {
    return transaction
        .handle()
        .createQuery(
            "SELECT count(*) FROM knowledge.collection WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .mapTo(Long.class)
        .one()
        .equals(1L);
  }

  /// The models that passages of the collection have vectors of.
  public List<String> models(Transaction transaction, UUID collection) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT model FROM knowledge.collection_model
            WHERE tenant_id = :tenant AND collection_id = :collection ORDER BY model
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", collection)
        .mapTo(String.class)
        .list();
  }

  private static CollectionRow row(ResultSet row) throws SQLException {
    return new CollectionRow(
        Sql.id(row, "id"),
        row.getString("name"),
        row.getString("title"),
        row.getString("language"),
        row.getString("description"),
        row.getLong("documents"),
        row.getLong("passages"),
        Sql.instant(row, "created"));
  }
}

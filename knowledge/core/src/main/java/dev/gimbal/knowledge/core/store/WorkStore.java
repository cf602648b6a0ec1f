package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The steps of work on a version. Each goes from one stage to the next if the version still is in
/// the one before, and says whether it did: work that was repeated, overtaken or whose document was
/// deleted changes nothing. Thread-safe; joins the transaction it is given.
public final class WorkStore {
  private final Clock clock;

  /// @param clock when things happen
  public WorkStore(Clock clock) {
    this.clock = clock;
  }

  /// The version as it stands.
  public Optional<VersionRow> find(Transaction transaction, UUID version) {
    return transaction
        .handle()
        .createQuery("SELECT * FROM knowledge.version WHERE tenant_id = :tenant AND id = :version")
        .bind("tenant", transaction.tenant().value())
        .bind("version", version)
        .map((row, context) -> DocumentStore.version(row))
        .findOne();
  }

  /// Counts one more attempt; empty if there is no work to do on it (any more).
  public Optional<VersionRow> begin(Transaction transaction, UUID version) {
    return transaction
        .handle()
        .createQuery(
            """
            UPDATE knowledge.version SET attempts = attempts + 1, updated = :now
            WHERE tenant_id = :tenant AND id = :version AND stage NOT IN ('ready', 'failed')
            RETURNING *
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("version", version)
        .bind("now", clock.instant())
        .map((row, context) -> DocumentStore.version(row))
        .findOne();
  }

  /// Received to parsed. Text and chunks are to be put in the same transaction, afterwards.
  public boolean parsed(Transaction transaction, UUID version, Parsed parsed) {
    return transaction
            .handle()
            .createUpdate(
                """
                UPDATE knowledge.version
                SET stage = 'parsed', title = :title, format = :format, extractor = :extractor,
                  stated = CAST(:stated AS jsonb), characters = :characters, passages = :passages,
                  updated = :now
                WHERE tenant_id = :tenant AND id = :version AND stage = 'received'
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version)
            .bind("title", parsed.title())
            .bind("format", parsed.format())
            .bind("extractor", parsed.extractor())
            .bind("stated", Json.write(parsed.stated()))
            .bind("characters", parsed.characters())
            .bind("passages", parsed.passages())
            .bind("now", clock.instant())
            .execute()
        == 1;
  }

  /// What a parser found out.
  ///
  /// @param stated what the document says of itself
  /// @param characters code points of its text
  public record Parsed(
      String title,
      String format,
      String extractor,
      Map<String, String> stated,
      int characters,
      int passages) {}

  /// Parsed to embedded, if every chunk has its vector. Indexes read the version from then on.
  public boolean embedded(Transaction transaction, VersionRow version) {
    Locks.vectors(transaction, Locks.Mode.SHARED);
    boolean done =
        transaction
                .handle()
                .createUpdate(
                    """
                    UPDATE knowledge.version SET stage = 'embedded', updated = :now
                    WHERE tenant_id = :tenant AND id = :version AND stage = 'parsed'
                      AND NOT EXISTS (
                        SELECT 1 FROM knowledge.chunk c
                        WHERE c.tenant_id = :tenant AND c.version_id = :version
                          AND NOT EXISTS (
                            SELECT 1 FROM knowledge.vector x
                            WHERE x.tenant_id = :tenant AND x.hash = c.hash
                              AND x.model = c.model))
                    """)
                .bind("tenant", transaction.tenant().value())
                .bind("version", version.id())
                .bind("now", clock.instant())
                .execute()
            == 1;
    if (done) {
      nameModels(transaction, version);
      log(transaction, version);
    }
    return done;
  }

  private static void nameModels(Transaction transaction, VersionRow version) {
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO knowledge.collection_model (tenant_id, collection_id, model)
            SELECT DISTINCT :tenant, :collection, c.model FROM knowledge.chunk c
            WHERE c.tenant_id = :tenant AND c.version_id = :version
            ON CONFLICT DO NOTHING
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("collection", version.collection())
        .bind("version", version.id())
        .execute();
  }

  /// Embedded to ready: from the commit on searches find this version and no older one.
  public boolean ready(Transaction transaction, VersionRow version) {
    // The document first: whoever deletes it takes its locks in this order too.
    Optional<Optional<UUID>> before =
        transaction
            .handle()
            .createQuery(
                """
                SELECT serving FROM knowledge.document
                WHERE tenant_id = :tenant AND id = :document FOR UPDATE
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("document", version.document())
            .map((row, context) -> Optional.ofNullable(Sql.id(row, "serving")))
            .findOne();
    if (before.isEmpty() || !makeReady(transaction, version)) {
      return false;
    }
    serve(transaction, version);
    log(transaction, version);
    before.get().ifPresent(old -> logOne(transaction, version.collection(), old));
    return true;
  }

  private boolean makeReady(Transaction transaction, VersionRow version) {
    return transaction
            .handle()
            .createUpdate(
                """
                UPDATE knowledge.version SET stage = 'ready', updated = :now
                WHERE tenant_id = :tenant AND id = :version AND stage = 'embedded'
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version.id())
            .bind("now", clock.instant())
            .execute()
        == 1;
  }

  private void serve(Transaction transaction, VersionRow version) {
    transaction
        .handle()
        .createUpdate(
            """
            UPDATE knowledge.document d SET serving = :version, updated = :now
            WHERE d.tenant_id = :tenant AND d.id = :document
              AND NOT EXISTS (
                SELECT 1 FROM knowledge.version s
                WHERE s.tenant_id = :tenant AND s.id = d.serving AND s.number > :number)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("document", version.document())
        .bind("version", version.id())
        .bind("number", version.number())
        .bind("now", clock.instant())
        .execute();
  }

  /// Any stage but ready to failed, with the reason.
  public boolean failed(Transaction transaction, UUID version, VersionRow.Failure failure) {
    List<UUID> collections =
        transaction
            .handle()
            .createQuery(
                """
                UPDATE knowledge.version
                SET stage = 'failed', error_code = :code, error_message = :message, updated = :now
                WHERE tenant_id = :tenant AND id = :version AND stage NOT IN ('ready', 'failed')
                RETURNING collection_id
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("version", version)
            .bind("code", failure.code())
            .bind("message", Texts.storable(failure.message()))
            .bind("now", clock.instant())
            .mapTo(UUID.class)
            .list();
    collections.forEach(collection -> logOne(transaction, collection, version));
    return !collections.isEmpty();
  }

  /// Fails every version of a job on which work is not done.
  ///
  /// @return the keys of their documents
  public List<String> failJob(Transaction transaction, UUID job, VersionRow.Failure failure) {
    List<UUID> versions =
        transaction
            .handle()
            .createQuery(
                """
                SELECT id FROM knowledge.version
                WHERE tenant_id = :tenant AND job = :job AND stage NOT IN ('ready', 'failed')
                ORDER BY id
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("job", job)
            .mapTo(UUID.class)
            .list();
    return versions.stream()
        .filter(version -> failed(transaction, version, failure))
        .map(version -> key(transaction, version))
        .toList();
  }

  /// Jobs on whose files work is not done, of every tenant.
  public static List<Owed> owed(Handle owner) {
    return owner
        .createQuery(
            """
            SELECT DISTINCT tenant_id, job FROM knowledge.version
            WHERE stage NOT IN ('ready', 'failed')
            """)
        .map((row, context) -> new Owed(new TenantId(Sql.id(row, "tenant_id")), Sql.id(row, "job")))
        .list();
  }

  /// A job that owes files.
  public record Owed(TenantId tenant, UUID job) {}

  /// A job's versions and how they stand, in the order they came in.
  public List<Work> ofJob(Transaction transaction, UUID job) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT v.*, d.key FROM knowledge.version v
            JOIN knowledge.document d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
            WHERE v.tenant_id = :tenant AND v.job = :job ORDER BY v.id
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("job", job)
        .map((row, context) -> new Work(DocumentStore.version(row), row.getString("key")))
        .list();
  }

  /// A version to work on and its document's key.
  public record Work(VersionRow version, String key) {}

  private static String key(Transaction transaction, UUID version) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT d.key FROM knowledge.version v
            JOIN knowledge.document d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
            WHERE v.tenant_id = :tenant AND v.id = :version
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("version", version)
        .mapTo(String.class)
        .findOne()
        .orElse("");
  }

  private static void log(Transaction transaction, VersionRow version) {
    logOne(transaction, version.collection(), version.id());
  }

  private static void logOne(Transaction transaction, UUID collection, UUID version) {
    transaction.changed(VersionRow.TOPIC, collection + "/" + version);
  }
}

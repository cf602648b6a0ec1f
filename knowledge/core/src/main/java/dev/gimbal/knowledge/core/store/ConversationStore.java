package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.platform.database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Conversations, each its principal's own: to anybody else it does not exist. Thread-safe; joins
/// the transaction it is given.
public final class ConversationStore {
  private static final int LONGEST_TITLE = 120;

  private final Clock clock;

  /// @param clock when things are said
  public ConversationStore(Clock clock) {
    this.clock = clock;
  }

  /// A conversation.
  public record Row(UUID id, UUID collection, String title, Instant created, Instant updated) {
    /// Prefix of its id's text form.
    public static final String PREFIX = "cnv";
  }

  /// What was said once.
  ///
  /// @param by `user` or `application`
  /// @param citations JSON; null for a user's turn
  public record Turn(
      String by,
      String text,
      @Nullable String answerKind,
      @Nullable String citations,
      @Nullable String trace,
      Instant at) {}

  /// Begins a conversation.
  public void begin(
      Transaction transaction, UUID id, String principal, UUID collection, String question) {
    int end =
        question.offsetByCodePoints(
            0, Math.min(LONGEST_TITLE, question.codePointCount(0, question.length())));
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO knowledge.conversation
              (tenant_id, id, principal, collection_id, title, created, updated)
            VALUES (:tenant, :id, :principal, :collection, :title, :now, :now)
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .bind("principal", principal)
        .bind("collection", collection)
        .bind("title", question.substring(0, end))
        .bind("now", clock.instant())
        .execute();
  }

  /// A principal's conversation.
  ///
  /// @throws KnowledgeException [KnowledgeError#CONVERSATION_UNKNOWN], also if it is another's
  public Row get(Transaction transaction, String principal, UUID id) {
    return find(transaction, principal, id)
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.CONVERSATION_UNKNOWN, "there is no such conversation"));
  }

  private static Optional<Row> find(Transaction transaction, String principal, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM knowledge.conversation
            WHERE tenant_id = :tenant AND principal = :principal AND id = :id
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("principal", principal)
        .bind("id", id)
        .map((row, context) -> row(row))
        .findOne();
  }

  /// A principal's conversations, newest first.
  public List<Row> list(
      Transaction transaction, String principal, @Nullable UUID before, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM knowledge.conversation
            WHERE tenant_id = :tenant AND principal = :principal
              AND (CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid))
            ORDER BY id DESC LIMIT :limit
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("principal", principal)
        .bindByType("before", before, UUID.class)
        .bind("limit", limit)
        .map((row, context) -> row(row))
        .list();
  }

  /// The last turns of a conversation, oldest first.
  public List<Turn> turns(Transaction transaction, UUID conversation, int last) {
    return transaction
        .handle()
        .createQuery(
            """
            SELECT * FROM (
              SELECT * FROM knowledge.turn
              WHERE tenant_id = :tenant AND conversation_id = :conversation
              ORDER BY number DESC LIMIT :last) t
            ORDER BY number
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("conversation", conversation)
        .bind("last", last)
        .map((row, context) -> turn(row))
        .list();
  }

  /// Adds turns at the end. Two answers at once go one after the other.
  public void add(Transaction transaction, UUID conversation, List<Turn> turns) {
    int there =
        transaction
            .handle()
            .createUpdate(
                """
                UPDATE knowledge.conversation SET updated = :now
                WHERE tenant_id = :tenant AND id = :conversation
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("conversation", conversation)
            .bind("now", clock.instant())
            .execute();
    if (there == 1) {
      turns.forEach(turn -> add(transaction, conversation, turn));
    }
  }

  private static void add(Transaction transaction, UUID conversation, Turn turn) {
    transaction
        .handle()
        .createUpdate(
            """
            INSERT INTO knowledge.turn
              (tenant_id, conversation_id, number, by_whom, text, answer_kind, citations, trace, at)
            SELECT :tenant, :conversation, coalesce(max(number), 0) + 1, :by, :text, :kind,
              CAST(:citations AS jsonb), :trace, :at
            FROM knowledge.turn
            WHERE tenant_id = :tenant AND conversation_id = :conversation
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("conversation", conversation)
        .bind("by", turn.by())
        .bind("text", turn.text())
        .bind("kind", turn.answerKind())
        .bind("citations", turn.citations())
        .bind("trace", turn.trace())
        .bind("at", turn.at())
        .execute();
  }

  /// Removes a principal's conversation.
  ///
  /// @throws KnowledgeException [KnowledgeError#CONVERSATION_UNKNOWN]
  public void remove(Transaction transaction, String principal, UUID id) {
    Row row = get(transaction, principal, id);
    transaction
        .handle()
        .createUpdate("DELETE FROM knowledge.conversation WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", row.id())
        .execute();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        Sql.id(row, "id"),
        Sql.id(row, "collection_id"),
        row.getString("title"),
        Sql.instant(row, "created"),
        Sql.instant(row, "updated"));
  }

  private static Turn turn(ResultSet row) throws SQLException {
    return new Turn(
        row.getString("by_whom"),
        row.getString("text"),
        row.getString("answer_kind"),
        row.getString("citations"),
        row.getString("trace"),
        Sql.instant(row, "at"));
  }
}

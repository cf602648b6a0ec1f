package dev.gimbal.knowledge.core.answers;

import dev.gimbal.access.api.Principal;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.store.ConversationStore;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Conversations around answers: what was said before, and keeping what is said now. A conversation
/// belongs to its principal and to its collection. Thread-safe.
public final class Talks {
  private static final int LOOKED_BACK = 10;

  private final Database database;
  private final ConversationStore conversations;
  private final Ids ids;
  private final Clock clock;

  /// @param conversations where they are kept
  public Talks(Database database, ConversationStore conversations, Ids ids, Clock clock) {
    this.database = database;
    this.conversations = conversations;
    this.ids = ids;
    this.clock = clock;
  }

  /// A conversation that a question stands in.
  ///
  /// @param conversation null if it is not kept
  /// @param begins whether the question is its first
  record Talk(
      @Nullable UUID conversation,
      UUID collection,
      boolean begins,
      List<Application.Turn> earlier,
      Instant asked) {}

  Talk open(Principal principal, UUID collection, AskRequest request, String question) {
    Instant now = clock.instant();
    UUID conversation = request.conversation();
    if (conversation == null) {
      UUID kept = request.kept() ? ids.next() : null;
      return new Talk(kept, collection, true, request.earlier(), now);
    }
    return database.inTransaction(
        principal.tenant(),
        tx -> {
          ConversationStore.Row row = conversations.get(tx, principal.id(), conversation);
          if (!row.collection().equals(collection)) {
            throw new KnowledgeException(
                KnowledgeError.CONVERSATION_UNKNOWN, "the conversation is of another collection");
          }
          List<Application.Turn> earlier =
              conversations.turns(tx, conversation, LOOKED_BACK).stream().map(Talks::turn).toList();
          return new Talk(conversation, collection, false, earlier, now);
        });
  }

  private static Application.Turn turn(ConversationStore.Turn turn) {
    return new Application.Turn(
        turn.by().equals("user") ? Application.Turn.By.USER : Application.Turn.By.APPLICATION,
        turn.text());
  }

  /// Keeps question and answer, together or not at all.
  void close(Principal principal, Talk talk, String question, CitedAnswer answer) {
    UUID conversation = talk.conversation();
    if (conversation == null) {
      return;
    }
    ConversationStore.Turn asked =
        new ConversationStore.Turn("user", question, null, null, null, talk.asked());
    ConversationStore.Turn answered =
        new ConversationStore.Turn(
            "application",
            Texts.storable(answer.text()),
            answer.kind().name().toLowerCase(Locale.ROOT),
            Json.write(answer.citations()),
            answer.trace(),
            clock.instant());
    database.inTransaction(
        principal.tenant(),
        tx -> {
          if (talk.begins()) {
            conversations.begin(tx, conversation, principal.id(), talk.collection(), question);
          }
          conversations.add(tx, conversation, List.of(asked, answered));
          return true;
        });
  }
}

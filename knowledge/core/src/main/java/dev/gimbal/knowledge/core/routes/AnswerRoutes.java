package dev.gimbal.knowledge.core.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.api.AnswerListener;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.api.Knowledge;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.SearchRequest;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.ConversationStore;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Search, questions and conversations over HTTP.
public final class AnswerRoutes {
  private static final String COLLECTION = "/api/collections/{collection}";
  private static final String PATH = "/api/conversations";
  private static final int DEFAULT_LIMIT = 10;
  private static final int MOST_TURNS = 1_000;
  private static final TypeReference<List<CitedAnswer.Citation>> CITATIONS =
      new TypeReference<>() {};

  private final Knowledge knowledge;
  private final Database database;
  private final ConversationStore conversations;

  /// @param knowledge that answers
  public AnswerRoutes(Knowledge knowledge, Database database, ConversationStore conversations) {
    this.knowledge = knowledge;
    this.database = database;
    this.conversations = conversations;
  }

  /// The routes.
  public List<Route> routes() {
    return List.of(
        Route.post(COLLECTION + "/search")
            .summary("Finds passages")
            .right(Rights.DOCUMENTS_READ)
            .body(Payloads.Search.class)
            .answers(200, Payloads.SearchAnswer.class)
            .handle(this::search),
        Route.post(COLLECTION + "/ask")
            .summary("Answers a question from documents, with citations")
            .right(Rights.DOCUMENTS_READ)
            .body(Payloads.Ask.class)
            .answers(200, Payloads.Answer.class)
            .handle(this::ask),
        Route.get(PATH)
            .summary("Lists the caller's conversations, newest first")
            .right(Rights.DOCUMENTS_READ)
            .paged()
            .answers(200, Conversation.class)
            .handle(this::list),
        Route.get(PATH + "/{conversation}")
            .summary("Shows one of the caller's conversations")
            .right(Rights.DOCUMENTS_READ)
            .answers(200, Conversation.class)
            .handle(this::show),
        Route.delete(PATH + "/{conversation}")
            .summary("Deletes one of the caller's conversations")
            .right(Rights.DOCUMENTS_READ)
            .answers(204, null)
            .handle(this::remove));
  }

  /// @param turns null in lists
  record Conversation(
      String id,
      String collection,
      String title,
      Instant created,
      Instant updated,
      @Nullable List<Turn> turns) {}

  record Turn(
      String by,
      String text,
      @Nullable String answerKind,
      @Nullable List<Payloads.Citation> citations,
      @Nullable String trace,
      Instant at) {}

  private Response search(Request request) {
    Payloads.Search body = request.body(Payloads.Search.class);
    int limit = body.limit() == null ? DEFAULT_LIMIT : body.limit();
    if (limit < 1 || limit > SearchRequest.MOST) {
      throw HttpException.invalid("limit", "must be 1 to 1,000, but is " + limit);
    }
    return Response.ok(
        Payloads.SearchAnswer.of(
            knowledge.search(
                request.caller(),
                request.path("collection"),
                new SearchRequest(
                    body.query(),
                    Reading.retrieval(body.retrieval()),
                    limit,
                    Reading.filter(body.filter())),
                request.traceparent())));
  }

  private Response ask(Request request) {
    Payloads.Ask body = request.body(Payloads.Ask.class);
    AskRequest ask =
        new AskRequest(
            body.question(),
            body.conversation() == null ? null : conversation(body.conversation()),
            Reading.retrieval(body.retrieval()),
            Reading.kind(body.answerKind()),
            Reading.filter(body.filter()),
            List.of(),
            true,
            null,
            request.traceparent());
    String collection = request.path("collection");
    if (!Boolean.TRUE.equals(body.stream())) {
      return Response.ok(
          Payloads.Answer.of(
              knowledge.ask(request.caller(), collection, ask, AnswerListener.NONE)));
    }
    return new Response.Events(
        sink -> {
          try {
            CitedAnswer answer =
                knowledge.ask(request.caller(), collection, ask, new Streaming(sink));
            sink.send("done", Payloads.Answer.of(answer));
          } catch (GoneException e) {
            throw e.gone;
          }
        });
  }

  /// Sends an answer as it comes.
  private record Streaming(Response.EventSink sink) implements AnswerListener {
    @Override
    public void started(String trace, @Nullable UUID conversation) {
      send(
          "start",
          new Payloads.Started(
              trace,
              conversation == null
                  ? null
                  : IdText.format(ConversationStore.Row.PREFIX, conversation)));
    }

    @Override
    public void text(String piece) {
      send("text", new Payloads.Piece(piece));
    }

    private void send(String event, Object data) {
      try {
        sink.send(event, data);
      } catch (Response.ClientGoneException e) {
        throw new GoneException(e);
      }
    }
  }

  /// Carries a client's leaving through code that knows nothing of clients.
  private static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Response.ClientGoneException gone;

    GoneException(Response.ClientGoneException gone) {
      super(gone);
      this.gone = gone;
    }
  }

  private static UUID conversation(String text) {
    return IdText.parse(ConversationStore.Row.PREFIX, text)
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.CONVERSATION_UNKNOWN, "there is no such conversation"));
  }

  private Response list(Request request) {
    Request.Page page = request.page();
    UUID before = Pages.id(ConversationStore.Row.PREFIX, page.cursor());
    List<ConversationStore.Row> rows =
        database.inTransaction(
            request.caller().tenant(),
            tx -> conversations.list(tx, request.caller().id(), before, page.limit() + 1));
    return Response.ok(
        Pages.of(
            rows,
            page.limit(),
            row -> payload(row, null),
            row -> IdText.format(ConversationStore.Row.PREFIX, row.id())));
  }

  private Response show(Request request) {
    UUID id = conversation(request.path("conversation"));
    return Response.ok(
        database.inTransaction(
            request.caller().tenant(),
            tx -> {
              ConversationStore.Row row = conversations.get(tx, request.caller().id(), id);
              return payload(
                  row,
                  conversations.turns(tx, id, MOST_TURNS).stream()
                      .map(AnswerRoutes::payload)
                      .toList());
            }));
  }

  private Response remove(Request request) {
    UUID id = conversation(request.path("conversation"));
    database.inTransaction(
        request.caller().tenant(),
        tx -> {
          conversations.remove(tx, request.caller().id(), id);
          return true;
        });
    return Response.nothing();
  }

  private static Conversation payload(ConversationStore.Row row, @Nullable List<Turn> turns) {
    return new Conversation(
        IdText.format(ConversationStore.Row.PREFIX, row.id()),
        IdText.format(CollectionRow.PREFIX, row.collection()),
        row.title(),
        row.created(),
        row.updated(),
        turns);
  }

  private static Turn payload(ConversationStore.Turn turn) {
    return new Turn(
        turn.by(),
        turn.text(),
        turn.answerKind(),
        turn.citations() == null ? null : citations(turn.citations()),
        turn.trace(),
        turn.at());
  }

  private static List<Payloads.Citation> citations(String json) {
    try {
      return Json.MAPPER.readValue(json, CITATIONS).stream().map(Payloads.Citation::of).toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("citations are kept as we wrote them", e);
    }
  }
}

package dev.gimbal.knowledge.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.knowledge.api.AnswerListener;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.api.Found;
import dev.gimbal.knowledge.api.Knowledge;
import dev.gimbal.knowledge.api.SearchRequest;
import dev.gimbal.knowledge.core.answers.Answering;
import dev.gimbal.knowledge.core.search.PassageSearch;
import dev.gimbal.knowledge.core.search.Questions;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.StoredChunk;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Caller;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Search and answers, each in a trace of its own or in the caller's.
final class RoomKnowledge implements Knowledge {
  private final Database database;
  private final CollectionStore collections;
  private final PassageSearch search;
  private final Answering answering;
  private final Tracing tracing;

  RoomKnowledge(
      Database database,
      CollectionStore collections,
      PassageSearch search,
      Answering answering,
      Tracing tracing) {
    this.database = database;
    this.collections = collections;
    this.search = search;
    this.answering = answering;
    this.tracing = tracing;
  }

  @Override
  public Found search(
      Caller caller, String collection, SearchRequest request, @Nullable String traceparent) {
    String question = Questions.checked("query", request.query());
    Principal principal = Principal.of(caller);
    UUID id = collection(principal, collection);
    return tracing.<Found, RuntimeException>inSpan(
        "knowledge.search",
        caller,
        traceparent,
        span -> {
          span.text(question)
              .attribute("gimbal.collection", collection)
              .attribute("gimbal.retrieval", request.retrieval().name().toLowerCase(Locale.ROOT));
          PassageSearch.Outcome outcome =
              search.find(
                  principal,
                  id,
                  new PassageSearch.Wanted(
                      question, request.retrieval(), request.filter(), request.limit(), null));
          span.attribute("gimbal.passages", outcome.passages().size())
              .attribute("gimbal.degraded", outcome.degraded());
          return new Found(
              outcome.passages().stream().map(RoomKnowledge::passage).toList(),
              span.context().traceId());
        });
  }

  @Override
  public CitedAnswer ask(
      Caller caller, String collection, AskRequest request, AnswerListener listener) {
    Principal principal = Principal.of(caller);
    return answering.ask(principal, collection(principal, collection), request, listener);
  }

  private UUID collection(Principal principal, String reference) {
    return database.inTransaction(principal.tenant(), tx -> collections.id(tx, reference));
  }

  private static Found.Passage passage(PassageSearch.Ranked ranked) {
    StoredChunk chunk = ranked.row().chunk();
    return new Found.Passage(
        ranked.row().document(),
        ranked.row().number(),
        ranked.row().title(),
        chunk.locator(),
        chunk.start(),
        chunk.end(),
        chunk.text(),
        chunk.context(),
        chunk.language(),
        ranked.score(),
        ranked.keyword(),
        ranked.vector());
  }
}

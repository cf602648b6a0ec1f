package dev.gimbal.knowledge.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.api.AnswerListener;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.api.Knowledge;
import dev.gimbal.knowledge.api.Retrieval;
import dev.gimbal.knowledge.api.SearchFilter;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.release.api.Application;
import dev.gimbal.release.api.Applications;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Each collection as an application of its name.
final class KnowledgeApplications implements Applications {
  private static final Pattern MARKER = Pattern.compile("\\[(\\d+)]");

  private final Database database;
  private final CollectionStore collections;
  private final Knowledge knowledge;

  KnowledgeApplications(Database database, CollectionStore collections, Knowledge knowledge) {
    this.database = database;
    this.collections = collections;
    this.knowledge = knowledge;
  }

  @Override
  public Optional<Application> find(Caller caller, String name) {
    if (!caller.may(Rights.DOCUMENTS_READ)) {
      return Optional.empty();
    }
    return database
        .inTransaction(caller.tenant(), tx -> collections.find(tx, name))
        .map(CollectionApplication::new);
  }

  @Override
  public List<String> names(Caller caller) {
    return caller.may(Rights.DOCUMENTS_READ)
        ? database.inTransaction(caller.tenant(), collections::names)
        : List.of();
  }

  /// One collection. The caller keeps the conversation itself, as clients of this dialect do.
  private final class CollectionApplication implements Application {
    private final CollectionRow collection;

    CollectionApplication(CollectionRow collection) {
      this.collection = collection;
    }

    @Override
    public String name() {
      return collection.name();
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      List<Turn> turns = input.turns();
      CitedAnswer answer =
          knowledge.ask(
              Principal.of(caller),
              collection.name(),
              new AskRequest(
                  turns.getLast().text(),
                  null,
                  Retrieval.HYBRID,
                  null,
                  SearchFilter.NONE,
                  turns.subList(0, turns.size() - 1),
                  false,
                  input.call(),
                  null),
              listener(sink));
      return new Answer(
          answer.text(),
          answer.kind().name().toLowerCase(Locale.ROOT),
          places(answer),
          answer.usage().inputTokens(),
          answer.usage().outputTokens());
    }
  }

  private static AnswerListener listener(Application.Sink sink) {
    return new AnswerListener() {
      @Override
      public void started(String trace, @Nullable UUID conversation) {}

      @Override
      public void text(String piece) {
        sink.text(piece);
      }
    };
  }

  /// A place for each marker in the text: where it stands, and what it opens.
  private static List<Application.Citation> places(CitedAnswer answer) {
    List<Application.Citation> places = new ArrayList<>();
    String text = answer.text();
    Matcher marker = MARKER.matcher(text);
    while (marker.find()) {
      for (CitedAnswer.Citation citation : answer.citations()) {
        if (String.valueOf(citation.marker()).equals(marker.group(1))) {
          places.add(
              new Application.Citation(
                  text.codePointCount(0, marker.start()),
                  text.codePointCount(0, marker.end()),
                  citation.title(),
                  citation.url()));
        }
      }
    }
    return places;
  }
}

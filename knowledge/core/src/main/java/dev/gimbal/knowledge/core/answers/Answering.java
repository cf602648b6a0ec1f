package dev.gimbal.knowledge.core.answers;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.knowledge.api.AnswerKind;
import dev.gimbal.knowledge.api.AnswerListener;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.core.search.PassageSearch;
import dev.gimbal.knowledge.core.search.Questions;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.release.api.Application;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Answers questions: finds passages, judges whether they suffice, and then lets a model write,
/// quotes, or refuses. Thread-safe; blocks.
public final class Answering {
  private static final int MOST_QUOTES = 3;
  private static final int NEAREST = 3;

  private final AnswerSettings settings;
  private final PassageSearch search;
  private final Writing writing;
  private final Talks talks;
  private final Citing citing;
  private final StoredVectors.Source vectors;
  private final Tracing tracing;

  /// @param settings of every answer
  public Answering(
      AnswerSettings settings,
      PassageSearch search,
      Writing writing,
      Talks talks,
      Citing citing,
      StoredVectors.Source vectors,
      Tracing tracing) {
    this.settings = settings;
    this.search = search;
    this.writing = writing;
    this.talks = talks;
    this.citing = citing;
    this.vectors = vectors;
    this.tracing = tracing;
  }

  /// Answers a question from one collection; as [dev.gimbal.knowledge.api.Knowledge#ask] says.
  public CitedAnswer ask(
      Principal principal, UUID collection, AskRequest request, AnswerListener listener) {
    String question = Questions.checked("question", request.question());
    Talks.Talk talk = talks.open(principal, collection, request, question);
    return tracing.<CitedAnswer, RuntimeException>inSpan(
        "knowledge.ask",
        principal,
        request.traceparent(),
        span -> {
          String trace = span.context().traceId();
          span.text(question).attribute("gimbal.settings", settings.hash());
          listener.started(trace, talk.conversation());
          Asked asked =
              new Asked(principal, collection, request, question, talk.earlier(), listener);
          Drafted drafted = draft(asked);
          CitedAnswer answer =
              new CitedAnswer(
                  drafted.text(),
                  drafted.kind(),
                  drafted.citations(),
                  drafted.usage(),
                  talk.conversation(),
                  trace);
          span.attribute("gimbal.answer_kind", drafted.kind().name().toLowerCase(Locale.ROOT))
              .attribute("gimbal.support", drafted.support())
              .attribute("gimbal.unsupported", drafted.unsupported());
          talks.close(principal, talk, question, answer);
          return answer;
        });
  }

  /// What is asked, with all that belongs to it.
  record Asked(
      Principal principal,
      UUID collection,
      AskRequest request,
      String question,
      List<Application.Turn> earlier,
      AnswerListener listener) {}

  /// An answer before it has a trace.
  record Drafted(
      String text,
      AnswerKind kind,
      List<CitedAnswer.Citation> citations,
      Usage usage,
      double support,
      int unsupported) {}

  private Drafted draft(Asked asked) {
    String looked = FollowUp.combined(asked.question(), asked.earlier());
    PassageSearch.Outcome found = find(asked, looked);
    StoredVectors own =
        vectors.of(asked.principal(), asked.request().parent(), settings.sentenceDeadline());
    Judging.Judged judged = judge(asked, looked, found, own);
    boolean writes = settings.model() != null && asked.request().kind() != AnswerKind.QUOTED;
    if (judged.best().isEmpty() || (writes && judged.strength() < settings.hopeless())) {
      return refused(asked, looked, judged);
    }
    Optional<Drafted> written = writes ? written(asked, looked, judged, own) : Optional.empty();
    return written.orElseGet(
        () ->
            judged.strength() < settings.threshold()
                ? refused(asked, looked, judged)
                : quoted(asked, judged));
  }

  private Judging.Judged judge(
      Asked asked, String looked, PassageSearch.Outcome found, Vectors own) {
    return tracing.<Judging.Judged, RuntimeException>inSpan(
        "knowledge.judge",
        asked.principal(),
        span -> {
          Judging.Judged judged =
              new Judging(settings.passages(), own)
                  .judge(
                      looked,
                      found.passages().stream().map(Evidence::of).toList(),
                      search.frequencies(
                          asked.principal(), asked.collection(), Terms.surfaces(looked).values()),
                      found.vectors());
          span.attribute("gimbal.support", judged.strength());
          return judged;
        });
  }

  private PassageSearch.Outcome find(Asked asked, String looked) {
    return tracing.<PassageSearch.Outcome, RuntimeException>inSpan(
        "knowledge.search",
        asked.principal(),
        span -> {
          span.text(looked);
          PassageSearch.Outcome outcome =
              search.find(
                  asked.principal(),
                  asked.collection(),
                  new PassageSearch.Wanted(
                      looked,
                      asked.request().retrieval(),
                      asked.request().filter(),
                      settings.candidates(),
                      asked.request().parent()));
          span.attribute("gimbal.passages", outcome.passages().size())
              .attribute("gimbal.degraded", outcome.degraded());
          return outcome;
        });
  }

  /// What a model wrote, if there is a model that did and any of it rests on the passages.
  private Optional<Drafted> written(
      Asked asked, String looked, Judging.Judged judged, StoredVectors own) {
    List<Evidence> best = judged.best().stream().map(Passage::evidence).toList();
    Writing.Outcome outcome = writing.write(settings, asked, best, own::similarity);
    return switch (outcome) {
      case Writing.Failed failed -> Optional.empty();
      case Writing.NoAnswer no -> Optional.of(refused(asked, looked, judged));
      case Writing.Written text ->
          Optional.of(
              new Drafted(
                  text.text(),
                  AnswerKind.GENERATED,
                  citing.claims(asked.collection(), text.claims(), best),
                  text.usage(),
                  judged.strength(),
                  text.unsupported()));
    };
  }

  private Drafted quoted(Asked asked, Judging.Judged judged) {
    List<Quotes.Quote> quotes = judged.quotes(settings.quotedCharacters(), MOST_QUOTES);
    String text = QuotedText.of(quotes);
    asked.listener().text(text);
    return new Drafted(
        text,
        AnswerKind.QUOTED,
        citing.quotes(asked.collection(), quotes),
        Usage.UNKNOWN,
        judged.strength(),
        0);
  }

  private Drafted refused(Asked asked, String looked, Judging.Judged judged) {
    List<Quotes.Quote> nearest =
        judged.best().stream()
            .limit(NEAREST)
            .map(near -> Quotes.window(near, judged.weights(), 0))
            .toList();
    String text =
        Refusal.text(
            asked.question(), Phrases.of(looked), Phrases.missing(looked, judged.held()), nearest);
    asked.listener().text(text);
    return new Drafted(
        text,
        AnswerKind.REFUSED,
        citing.quotes(asked.collection(), nearest),
        Usage.UNKNOWN,
        judged.strength(),
        0);
  }
}

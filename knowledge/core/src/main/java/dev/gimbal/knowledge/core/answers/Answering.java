package dev.gimbal.knowledge.core.answers;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.knowledge.api.AnswerKind;
import dev.gimbal.knowledge.api.AnswerListener;
import dev.gimbal.knowledge.api.AskRequest;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.core.search.PassageSearch;
import dev.gimbal.knowledge.core.search.Questions;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.database.Database;
import dev.gimbal.release.api.Application;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
  private final PassageStore passages;
  private final Database database;
  private final Tracing tracing;

  /// @param settings of every answer
  public Answering(
      AnswerSettings settings,
      PassageSearch search,
      Writing writing,
      Talks talks,
      Citing citing,
      PassageStore passages,
      Database database,
      Tracing tracing) {
    this.settings = settings;
    this.search = search;
    this.writing = writing;
    this.talks = talks;
    this.citing = citing;
    this.passages = passages;
    this.database = database;
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
              .attribute("gimbal.support", drafted.support());
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
      double support) {}

  private Drafted draft(Asked asked) {
    String looked = FollowUp.combined(asked.question(), asked.earlier());
    PassageSearch.Outcome found = find(asked, looked);
    List<Evidence> all = found.passages().stream().map(Evidence::of).toList();
    Weights weights = new Weights(Terms.of(looked), all.stream().map(Support::terms).toList());
    List<Evidence> best = all.subList(0, Math.min(settings.passages(), all.size()));
    Support support = Support.of(best, weights, similarities(asked, best, found.vectors()));
    if (best.isEmpty() || support.strength() < settings.threshold()) {
      return refused(asked, best, weights, support);
    }
    if (settings.model() != null && asked.request().kind() != AnswerKind.QUOTED) {
      Optional<Drafted> written = written(asked, best, weights, support);
      if (written.isPresent()) {
        return written.get();
      }
    }
    return quoted(asked, best, weights, support);
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
                  looked,
                  asked.request().retrieval(),
                  asked.request().filter(),
                  settings.candidates());
          span.attribute("gimbal.passages", outcome.passages().size())
              .attribute("gimbal.degraded", outcome.degraded());
          return outcome;
        });
  }

  private double[] similarities(Asked asked, List<Evidence> best, Map<String, float[]> question) {
    List<Hash> hashes = best.stream().map(passage -> passage.chunk().hash()).toList();
    Map<Hash, Map<String, float[]>> stored =
        question.isEmpty() || hashes.isEmpty()
            ? Map.of()
            : database.inTransaction(
                asked.principal().tenant(), tx -> passages.vectors(tx, hashes));
    return best.stream()
        .mapToDouble(
            passage ->
                similarity(
                    question.get(passage.chunk().model()),
                    stored
                        .getOrDefault(passage.chunk().hash(), Map.of())
                        .get(passage.chunk().model())))
        .toArray();
  }

  private static double similarity(float @Nullable [] one, float @Nullable [] other) {
    if (one == null || other == null || one.length != other.length) {
      return Double.NaN;
    }
    double sum = 0;
    for (int at = 0; at < one.length; at++) {
      sum += one[at] * other[at];
    }
    return sum;
  }

  /// What a model wrote, if there is a model that did and any of it rests on the passages.
  private Optional<Drafted> written(
      Asked asked, List<Evidence> best, Weights weights, Support support) {
    Writing.Outcome outcome = writing.write(settings, asked, best);
    return switch (outcome) {
      case Writing.Failed failed -> Optional.empty();
      case Writing.NoAnswer no -> Optional.of(refused(asked, best, weights, support));
      case Writing.Written text ->
          Optional.of(
              new Drafted(
                  text.text(),
                  AnswerKind.GENERATED,
                  citing.claims(asked.collection(), text.claims(), best),
                  text.usage(),
                  support.strength()));
    };
  }

  private Drafted quoted(Asked asked, List<Evidence> best, Weights weights, Support support) {
    List<Quotes.Quote> quotes =
        Quotes.best(best, weights, settings.quotedCharacters(), MOST_QUOTES);
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < quotes.size(); at++) {
      text.append(at == 0 ? "" : "\n\n").append(quotes.get(at).text());
      text.append(" [").append(at + 1).append(']');
    }
    asked.listener().text(text.toString());
    return new Drafted(
        text.toString(),
        AnswerKind.QUOTED,
        citing.quotes(asked.collection(), quotes),
        Usage.UNKNOWN,
        support.strength());
  }

  private Drafted refused(Asked asked, List<Evidence> best, Weights weights, Support support) {
    List<Quotes.Quote> nearest =
        best.stream().limit(NEAREST).map(near -> Quotes.window(near, weights, 0)).toList();
    String text = Refusal.text(asked.question(), support.missing(), !nearest.isEmpty());
    asked.listener().text(text);
    return new Drafted(
        text,
        AnswerKind.REFUSED,
        citing.quotes(asked.collection(), nearest),
        Usage.UNKNOWN,
        support.strength());
  }
}

package dev.gimbal.knowledge.core.routes;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.api.Found;
import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.DocumentRow;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.jobs.Job;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the routes take and give as JSON.
final class Payloads {
  /// Prefix of a conversation's id.
  static final String CONVERSATION = "cnv";

  private Payloads() {}

  record NewCollection(
      String name,
      @Nullable String title,
      @Nullable String language,
      @Nullable String description) {}

  record Collection(
      String id,
      String name,
      @Nullable String title,
      @Nullable String language,
      @Nullable String description,
      long documents,
      long passages,
      Instant created) {
    static Collection of(CollectionRow row) {
      return new Collection(
          IdText.format(CollectionRow.PREFIX, row.id()),
          row.name(),
          row.title(),
          row.language(),
          row.description(),
          row.documents(),
          row.passages(),
          row.created());
    }
  }

  record Failure(String code, String message) {
    static @Nullable Failure of(VersionRow.@Nullable Failure failure) {
      return failure == null ? null : new Failure(failure.code(), failure.message());
    }
  }

  record Accepted(String job, List<AcceptedDocument> documents) {}

  /// @param id null for a file that was not taken
  record AcceptedDocument(
      @Nullable String id,
      String key,
      @Nullable Integer version,
      String state,
      @Nullable Failure error) {}

  record Document(
      String id,
      String key,
      String title,
      @Nullable String format,
      int version,
      String state,
      @Nullable Failure error,
      long bytes,
      int passages,
      Map<String, String> metadata,
      Instant created,
      Instant updated) {
    static Document of(DocumentRow row) {
      VersionRow newest = row.newest();
      String key = row.key();
      return new Document(
          IdText.format(DocumentRow.PREFIX, row.id()),
          key,
          newest.title() == null ? key.substring(key.lastIndexOf('/') + 1) : newest.title(),
          newest.format(),
          newest.number(),
          newest.state(),
          Failure.of(newest.failure()),
          newest.bytes(),
          newest.passages(),
          row.metadata(),
          row.created(),
          row.updated());
    }
  }

  record Version(
      int version,
      String state,
      @Nullable String format,
      @Nullable String title,
      @Nullable String extractor,
      @Nullable Integer characters,
      int passages,
      long bytes,
      Instant created,
      @Nullable Failure error) {
    static Version of(VersionRow row) {
      return new Version(
          row.number(),
          row.state(),
          row.format(),
          row.title(),
          row.extractor(),
          row.characters(),
          row.passages(),
          row.bytes(),
          row.created(),
          Failure.of(row.failure()));
    }
  }

  record Filter(
      @Nullable List<String> documents,
      @Nullable List<String> formats,
      @Nullable List<String> languages,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable Map<String, List<String>> metadata) {}

  record Search(
      String query, @Nullable String retrieval, @Nullable Integer limit, @Nullable Filter filter) {}

  record SearchAnswer(List<Result> results, String trace) {
    static SearchAnswer of(Found found) {
      return new SearchAnswer(found.passages().stream().map(Result::of).toList(), found.trace());
    }
  }

  /// @param scores by `keyword` and `vector`, as far as each was asked for
  record Result(
      String document,
      int version,
      String title,
      Locator locator,
      int start,
      int end,
      String text,
      double score,
      Map<String, Double> scores) {
    static Result of(Found.Passage passage) {
      Map<String, Double> scores = new java.util.TreeMap<>();
      if (!Double.isNaN(passage.keyword())) {
        scores.put("keyword", passage.keyword());
      }
      if (!Double.isNaN(passage.vector())) {
        scores.put("vector", passage.vector());
      }
      return new Result(
          IdText.format(DocumentRow.PREFIX, passage.document()),
          passage.version(),
          passage.title(),
          passage.locator(),
          passage.start(),
          passage.end(),
          passage.text(),
          passage.score(),
          scores);
    }
  }

  record Ask(
      String question,
      @Nullable String conversation,
      @Nullable String retrieval,
      @Nullable String answerKind,
      @Nullable Filter filter,
      @Nullable Boolean stream) {}

  record Answer(
      String answer,
      String answerKind,
      List<Citation> citations,
      Tokens usage,
      @Nullable String conversation,
      String trace) {
    static Answer of(CitedAnswer answer) {
      UUID conversation = answer.conversation();
      return new Answer(
          answer.text(),
          answer.kind().name().toLowerCase(Locale.ROOT),
          answer.citations().stream().map(Citation::of).toList(),
          Tokens.of(answer.usage()),
          conversation == null ? null : IdText.format(CONVERSATION, conversation),
          answer.trace());
    }
  }

  record Citation(
      int marker,
      String document,
      int version,
      String title,
      Locator locator,
      int start,
      int end,
      String quote,
      String url) {
    static Citation of(CitedAnswer.Citation citation) {
      return new Citation(
          citation.marker(),
          IdText.format(DocumentRow.PREFIX, citation.document()),
          citation.version(),
          citation.title(),
          citation.locator(),
          citation.start(),
          citation.end(),
          citation.quote(),
          citation.url());
    }
  }

  record Tokens(
      @Nullable Long inputTokens,
      @Nullable Long outputTokens,
      @JsonProperty("cost_usd") @Nullable String cost) {
    static Tokens of(Usage usage) {
      Long nano = usage.costNanoUsd();
      return new Tokens(
          usage.inputTokens(),
          usage.outputTokens(),
          nano == null ? null : BigDecimal.valueOf(nano, 9).toPlainString());
    }
  }

  record Started(String trace, @Nullable String conversation) {}

  record Piece(String text) {}

  record JobState(
      String id,
      String kind,
      String state,
      long done,
      long total,
      long failed,
      List<Job.Failure> failures,
      Instant created,
      @Nullable Instant ended) {
    static JobState of(Job job) {
      return new JobState(
          IdText.format(Job.PREFIX, job.id()),
          job.kind(),
          job.state().name().toLowerCase(Locale.ROOT),
          job.done(),
          job.total(),
          job.failed(),
          job.failures(),
          job.created(),
          job.ended());
    }
  }
}

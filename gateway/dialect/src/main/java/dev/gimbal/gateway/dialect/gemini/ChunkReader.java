package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.TokenCount;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the chunks of one answer. Why it ended is told when the connection ends: some models say
/// `STOP` in every chunk, and whether the answer calls tools is known only then.
final class ChunkReader {
  /// More than any provider gives.
  private static final int MOST_CANDIDATES = 1023;

  private final TreeMap<Integer, CandidateReader> candidates = new TreeMap<>();
  private boolean started;
  private boolean over;
  private @Nullable String id;

  void read(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (!chunk.isObject()) {
      throw new DialectException("body", "must be an object");
    }
    if (Nodes.object(chunk, "error") != null) {
      fail(Errors.inBand(chunk), to);
      return;
    }
    start(chunk, to);
    for (JsonNode candidate : Nodes.list(chunk, "candidates")) {
      ModelError failure = candidate(number(candidate)).read(candidate, to);
      if (failure != null) {
        fail(failure, to);
        return;
      }
    }
    TokenCount usage = Usage.read(Nodes.object(chunk, "usageMetadata"));
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
    finish(chunk, to);
  }

  private CandidateReader candidate(int number) {
    return candidates.computeIfAbsent(number, n -> new CandidateReader(n, id));
  }

  private static int number(JsonNode candidate) {
    int index = candidate.path("index").asInt(0);
    if (index < 0 || index > MOST_CANDIDATES) {
      throw new DialectException("candidates[].index", "must be from 0 to " + MOST_CANDIDATES);
    }
    return index;
  }

  /// Says how the answer ended, unless an error ended it before.
  void end(Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    candidate(0);
    if (candidates.values().stream().anyMatch(candidate -> candidate.stop() == null)) {
      fail(server("The provider's stream broke off.", null), to);
      return;
    }
    over = true;
    candidates.forEach(
        (number, candidate) ->
            AnswerEvent.of(number, to)
                .accept(new AnswerEvent.Stopped(Objects.requireNonNull(candidate.stop()))));
    to.accept(new AnswerEvent.Ended());
  }

  static ModelError server(String message, @Nullable String code) {
    return new ModelError(502, ModelError.Kind.SERVER, message, code, null);
  }

  private void fail(ModelError error, Consumer<AnswerEvent> to) {
    over = true;
    to.accept(new AnswerEvent.Failed(error));
  }

  private void start(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (started) {
      return;
    }
    started = true;
    id = Nodes.text(chunk, "responseId");
    String model = Objects.requireNonNullElse(Nodes.text(chunk, "modelVersion"), "");
    to.accept(new AnswerEvent.Started(id, model, seconds(Nodes.text(chunk, "createTime"))));
  }

  private static @Nullable Long seconds(@Nullable String time) {
    try {
      return time == null ? null : Long.valueOf(Instant.parse(time).getEpochSecond());
    } catch (DateTimeException e) {
      return null;
    }
  }

  private void finish(JsonNode chunk, Consumer<AnswerEvent> to) {
    for (JsonNode candidate : Nodes.list(chunk, "candidates")) {
      finish(
          number(candidate),
          Nodes.text(candidate, "finishReason"),
          Nodes.text(candidate, "finishMessage"),
          to);
    }
    // A blocked prompt has no candidates.
    finish(0, Nodes.text(Nodes.object(chunk, "promptFeedback"), "blockReason"), null, to);
  }

  private void finish(
      int number, @Nullable String said, @Nullable String message, Consumer<AnswerEvent> to) {
    ModelError failure = Stops.failure(said, message);
    if (over || said == null) {
      return;
    }
    if (failure != null) {
      fail(failure, to);
    } else {
      candidate(number).finish(said);
    }
  }
}

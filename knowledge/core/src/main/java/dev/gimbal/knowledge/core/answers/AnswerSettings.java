package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.platform.json.Json;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that shapes an answer besides the documents: one immutable record whose hash stands on every
/// trace, so that two answers can be told to have been made the same way.
///
/// @param prompt the system prompt of written answers
/// @param model that writes; null: answers are quoted
/// @param candidates passages that are looked at
/// @param passages of these that an answer is drawn from
/// @param maxCharacters of passages handed to the model
/// @param quotedCharacters the longest quoted answer
/// @param threshold of support below which a question is refused rather than quoted, 0 to 1
/// @param sentenceMillis that embedding the likeliest sentences may take; words decide without it
/// @param hopeless support below which no model is asked either
public record AnswerSettings(
    String prompt,
    @Nullable String model,
    int candidates,
    int passages,
    int maxCharacters,
    int maxTokens,
    int deadlineSeconds,
    int quotedCharacters,
    double threshold,
    double hopeless,
    int sentenceMillis,
    Map<String, String> embedding) {
  private static final int CANDIDATES = 50;
  private static final int QUOTED_CHARACTERS = 1_200;
  private static final double THRESHOLD = 0.4;
  // A model that writes says itself when the passages do not answer: it is spared only what is
  // hopeless.
  private static final double HOPELESS = 0.1;

  public AnswerSettings {
    embedding = Map.copyOf(embedding);
  }

  /// What the configuration says.
  public static AnswerSettings of(KnowledgeConfig config) {
    KnowledgeConfig.Answers answers = config.answers();
    return new AnswerSettings(
        Prompt.SYSTEM,
        answers.model(),
        CANDIDATES,
        answers.passages(),
        answers.maxCharacters(),
        answers.maxTokens(),
        answers.deadlineSeconds(),
        QUOTED_CHARACTERS,
        THRESHOLD,
        HOPELESS,
        config.embedding().queryDeadlineMillis(),
        config.embedding().models());
  }

  /// How long embedding sentences may take.
  Duration sentenceDeadline() {
    return Duration.ofMillis(sentenceMillis);
  }

  /// The name of these settings: equal records have equal ones.
  public String hash() {
    Map<String, Object> sorted = new java.util.TreeMap<>();
    Json.MAPPER.valueToTree(this).properties().forEach(p -> sorted.put(p.getKey(), p.getValue()));
    sorted.put("embedding", new java.util.TreeMap<>(embedding));
    return Hash.of(Json.write(sorted)).hex().substring(0, 16);
  }
}

package dev.gimbal.knowledge.core.settings;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings of the room.
public record KnowledgeConfig(
    Limits limits, Ingestion ingestion, Embedding embedding, Answers answers) {

  /// What holds unless something else is said.
  public static final KnowledgeConfig DEFAULT =
      new KnowledgeConfig(Limits.DEFAULT, Ingestion.DEFAULT, Embedding.DEFAULT, Answers.DEFAULT);

  /// What is taken.
  ///
  /// @param maxFileBytes longest file, 1 to 2,000,000,000
  /// @param maxFiles files in one upload, 1 to 10,000
  /// @param maxWaiting files of one tenant that may wait for work, at least 1
  public record Limits(long maxFileBytes, int maxFiles, long maxWaiting) {
    public static final Limits DEFAULT = new Limits(200_000_000, 1_000, 100_000);

    public Limits {
      within("max-file-bytes", maxFileBytes, 1, 2_000_000_000);
      within("max-files", maxFiles, 1, 10_000);
      within("max-waiting", maxWaiting, 1, 100_000_000);
    }
  }

  /// How files become passages.
  ///
  /// @param documentsInFlight of one job at once, 1 to 1,000
  /// @param parsers files being parsed at once on this node, 1 to 64
  /// @param parsingMegabytes bytes of files being parsed or cut at once on this node, 1 to 10,000
  /// @param embeddingBatch texts in one call to the embedder, 1 to 2,048
  /// @param embeddingCalls calls to the embedder at once on this node, 1 to 64
  /// @param transactions of ingestion at once on this node, 1 to 64
  /// @param patienceSeconds how long a silent embedder is waited for before a document fails
  public record Ingestion(
      int documentsInFlight,
      int parsers,
      int parsingMegabytes,
      int embeddingBatch,
      int embeddingCalls,
      int transactions,
      int patienceSeconds) {
    public static final Ingestion DEFAULT = new Ingestion(32, 2, 256, 8, 2, 2, 120);

    public Ingestion {
      within("documents-in-flight", documentsInFlight, 1, 1_000);
      within("parsers", parsers, 1, 64);
      within("parsing-megabytes", parsingMegabytes, 1, 10_000);
      within("embedding-batch", embeddingBatch, 1, 2_048);
      within("embedding-calls", embeddingCalls, 1, 64);
      within("transactions", transactions, 1, 64);
      within("patience-seconds", patienceSeconds, 0, 86_400);
    }
  }

  /// Which model embeds what.
  ///
  /// @param models language of a passage to the model that embeds it
  /// @param other the model for every other language
  /// @param queryDeadlineMillis how long a search waits for its question's vector
  public record Embedding(Map<String, String> models, String other, int queryDeadlineMillis) {
    public static final Embedding DEFAULT =
        new Embedding(
            Map.of("en", "local/bge-small-en-v1.5", "zh", "local/bge-small-zh-v1.5"),
            "local/bge-small-en-v1.5",
            5_000);

    public Embedding {
      models = Map.copyOf(models);
      within("query-deadline-millis", queryDeadlineMillis, 1, 600_000);
    }

    /// The model for a passage's language.
    public String modelOf(String language) {
      return models.getOrDefault(language, other);
    }
  }

  /// How questions are answered.
  ///
  /// @param model that writes answers, `provider/model`; null: answers are quoted
  /// @param passages how many passages an answer is drawn from, 1 to 50
  /// @param maxCharacters of passages handed to the model, 500 to 200,000
  /// @param maxTokens of a written answer
  /// @param deadlineSeconds for the model; then the answer is quoted
  public record Answers(
      @Nullable String model, int passages, int maxCharacters, int maxTokens, int deadlineSeconds) {
    public static final Answers DEFAULT = new Answers(null, 12, 12_000, 1_024, 60);

    public Answers {
      within("passages", passages, 1, 50);
      within("max-characters", maxCharacters, 500, 200_000);
      within("max-tokens", maxTokens, 1, 100_000);
      within("deadline-seconds", deadlineSeconds, 1, 3_600);
    }
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }
}

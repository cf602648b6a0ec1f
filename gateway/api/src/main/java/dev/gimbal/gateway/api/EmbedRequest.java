package dev.gimbal.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Texts to embed.
///
/// @param model `provider/model`, `local/bge-small-en-v1.5` for instance
/// @param texts at most 2,048; what a model does not see beyond its window is cut
/// @param purpose whether the texts are questions or passages: some models want a prefix for
///     questions
/// @param priority bulk work yields to interactive work
/// @param owner text id of whom the work is for, if it is not the principal; null: the principal
/// @param parent the call that this one works for; null if none
public record EmbedRequest(
    String model,
    List<String> texts,
    Purpose purpose,
    Priority priority,
    Duration deadline,
    @Nullable String owner,
    @Nullable UUID parent) {

  /// One that works for no other call.
  public EmbedRequest(
      String model,
      List<String> texts,
      Purpose purpose,
      Priority priority,
      Duration deadline,
      @Nullable String owner) {
    this(model, texts, purpose, priority, deadline, owner, null);
  }

  public EmbedRequest {
    texts = List.copyOf(texts);
  }

  /// What a text is.
  public enum Purpose {
    QUERY,
    PASSAGE
  }

  /// Who waits for it.
  public enum Priority {
    INTERACTIVE,
    BULK
  }
}

package dev.gimbal.gateway.provider.local.child;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a child is asked to write. Null: the engine's own default.
///
/// @param messages of a chat, for the model's template; null where there is a prompt
/// @param prompt text to go on from; null where there are messages
/// @param maxTokens at most so many; null: until the context is full
/// @param grammar in GBNF, that the answer must fit; null: any text
public record GenerationRequest(
    @Nullable List<Message> messages,
    @Nullable String prompt,
    @Nullable Integer maxTokens,
    Sampling sampling,
    List<String> stop,
    @Nullable String grammar) {

  public GenerationRequest {
    messages = messages == null ? null : List.copyOf(messages);
    stop = List.copyOf(stop);
  }

  /// @param role system, user or assistant
  public record Message(String role, String content) {}

  /// How the next token is drawn.
  public record Sampling(
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Double minP,
      @Nullable Integer topK,
      @Nullable Double frequencyPenalty,
      @Nullable Double presencePenalty,
      @Nullable Integer seed) {}
}

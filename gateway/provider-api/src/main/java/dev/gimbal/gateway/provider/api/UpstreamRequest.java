package dev.gimbal.gateway.provider.api;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A call as a provider gets it.
///
/// @param context the event loop that the caller's connection lives on; the listener runs there
/// @param model the part of the name behind the provider's own
/// @param body the caller's bytes with the target's changes spliced in, `model` among them
/// @param stream whether an event stream was asked for
/// @param connect how long connecting may take; null: as long as the provider lets any call
/// @param whole how long the whole call may take
/// @param priority bulk work yields
/// @param beta names of features that a caller of Anthropic's dialect opts into; null: none
public record UpstreamRequest(
    Context context,
    Endpoint endpoint,
    String model,
    Buffer body,
    boolean stream,
    @Nullable Duration connect,
    Duration whole,
    EmbedRequest.Priority priority,
    TraceContext trace,
    @Nullable String beta) {

  /// What is asked for, and in which dialect.
  public enum Endpoint {
    CHAT_COMPLETIONS,
    COMPLETIONS,
    EMBEDDINGS,
    /// Anthropic's dialect of a chat.
    MESSAGES,
    /// OpenAI's newer dialect of a chat.
    RESPONSES,
    /// Gemini's dialect of a chat.
    GENERATE_CONTENT,
    /// Whether a text may be said.
    MODERATIONS,
    /// Documents in the order of their nearness to a question. The shapes of Cohere, Jina and vLLM
    /// agree in all that decides.
    RERANK,
    /// Anthropic's count of a prompt's tokens.
    COUNT_TOKENS,
    /// Gemini's count of a prompt's tokens.
    COUNT_CONTENT,
    /// Gemini's embedding of one text.
    EMBED_CONTENT,
    /// Gemini's embedding of many texts.
    BATCH_EMBED_CONTENTS,
    IMAGE_GENERATIONS,
    IMAGE_EDITS,
    IMAGE_VARIATIONS,
    SPEECH,
    TRANSCRIPTIONS,
    /// Speech of any language as English text.
    AUDIO_TRANSLATIONS,
    /// Files that a provider keeps.
    FILES;

    /// The endpoint of the same purpose in OpenAI's oldest dialects, which most providers speak.
    public Endpoint common() {
      return switch (this) {
        case CHAT_COMPLETIONS, MESSAGES, RESPONSES, GENERATE_CONTENT -> CHAT_COMPLETIONS;
        default -> this;
      };
    }

    /// Whether its answer is text that a model writes, which an output limit bounds.
    public boolean writes() {
      return common() == CHAT_COMPLETIONS || this == COMPLETIONS;
    }

    /// Whether its bytes pass as they are, of whatever type, in both directions.
    public boolean passes() {
      return switch (this) {
        case IMAGE_GENERATIONS,
            IMAGE_EDITS,
            IMAGE_VARIATIONS,
            SPEECH,
            TRANSCRIPTIONS,
            AUDIO_TRANSLATIONS,
            FILES ->
            true;
        default -> false;
      };
    }
  }
}

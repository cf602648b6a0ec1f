package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;

/// Where OpenAI's endpoints are below the base address, for the many vendors that have them at the
/// same places.
public final class OpenAiPaths {
  private OpenAiPaths() {}

  /// @throws IllegalArgumentException if OpenAI has no such endpoint
  public static String of(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT_COMPLETIONS -> "/chat/completions";
      case COMPLETIONS -> "/completions";
      case EMBEDDINGS -> "/embeddings";
      case RESPONSES -> "/responses";
      case MODERATIONS -> "/moderations";
      case RERANK -> "/rerank";
      case IMAGE_GENERATIONS -> "/images/generations";
      case IMAGE_EDITS -> "/images/edits";
      case IMAGE_VARIATIONS -> "/images/variations";
      case SPEECH -> "/audio/speech";
      case TRANSCRIPTIONS -> "/audio/transcriptions";
      case AUDIO_TRANSLATIONS -> "/audio/translations";
      case FILES -> "/files";
      case MESSAGES,
          GENERATE_CONTENT,
          COUNT_TOKENS,
          COUNT_CONTENT,
          EMBED_CONTENT,
          BATCH_EMBED_CONTENTS ->
          throw new IllegalArgumentException("no endpoint for " + endpoint);
    };
  }
}

package dev.gimbal.gateway.provider.openai;

import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.Quirks.OutputLimit;
import dev.gimbal.gateway.provider.api.Quirks.Structured;
import dev.gimbal.gateway.provider.api.Quirks.Thinking;
import dev.gimbal.gateway.provider.api.Quirks.ToolChoice;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A vendor or server that is compatible with OpenAI, and where it is not. The entries follow what
/// each documents of its compatibility; none was tried against the vendor.
///
/// @param dialect as people declare it
/// @param baseUrl where it is unless the declaration says otherwise; null: it must say
/// @param endpoints what it has, in its own dialects; what is asked in others is translated
record Preset(String dialect, @Nullable String baseUrl, Set<Endpoint> endpoints, Quirks quirks) {

  private static final Set<Endpoint> CHATS = Set.of(Endpoint.CHAT_COMPLETIONS);

  /// Any compatible endpoint. Most have chat only, so that responses are translated for it; the
  /// rest is asked of it, and it says itself what it lacks.
  static final Preset COMPATIBLE =
      new Preset(
          "openai",
          null,
          Set.of(
              Endpoint.CHAT_COMPLETIONS,
              Endpoint.COMPLETIONS,
              Endpoint.EMBEDDINGS,
              Endpoint.MODERATIONS,
              Endpoint.RERANK,
              Endpoint.IMAGE_GENERATIONS,
              Endpoint.IMAGE_EDITS,
              Endpoint.IMAGE_VARIATIONS,
              Endpoint.SPEECH,
              Endpoint.TRANSCRIPTIONS,
              Endpoint.AUDIO_TRANSLATIONS,
              Endpoint.FILES),
          Quirks.NONE);

  /// OpenAI itself.
  static final Preset OPENAI =
      new Preset(
          "openai",
          null,
          Set.of(
              Endpoint.CHAT_COMPLETIONS,
              Endpoint.COMPLETIONS,
              Endpoint.EMBEDDINGS,
              Endpoint.RESPONSES,
              Endpoint.MODERATIONS,
              Endpoint.IMAGE_GENERATIONS,
              Endpoint.IMAGE_EDITS,
              Endpoint.IMAGE_VARIATIONS,
              Endpoint.SPEECH,
              Endpoint.TRANSCRIPTIONS,
              Endpoint.AUDIO_TRANSLATIONS,
              Endpoint.FILES),
          Quirks.OPENAI);

  /// A compatible endpoint that is asked for responses by whatever dialect a caller speaks.
  private static final Preset BY_RESPONSES =
      new Preset(
          "openai-responses",
          null,
          Set.of(Endpoint.RESPONSES, Endpoint.EMBEDDINGS, Endpoint.MODERATIONS),
          Quirks.NONE);

  private static final Preset VLLM =
      new Preset(
          "vllm",
          "http://127.0.0.1:8000/v1",
          Set.of(
              Endpoint.CHAT_COMPLETIONS,
              Endpoint.COMPLETIONS,
              Endpoint.EMBEDDINGS,
              Endpoint.RERANK,
              Endpoint.TRANSCRIPTIONS,
              Endpoint.AUDIO_TRANSLATIONS),
          quirks(true, Thinking.TEMPLATE, ToolChoice.ANY, true, true, Structured.SCHEMA));

  private static final Preset OLLAMA =
      new Preset(
          "ollama",
          "http://127.0.0.1:11434/v1",
          Set.of(Endpoint.CHAT_COMPLETIONS, Endpoint.COMPLETIONS, Endpoint.EMBEDDINGS),
          quirks(
              true, Thinking.REASONING_EFFORT, ToolChoice.AUTO, false, false, Structured.SCHEMA));

  private static final Preset DEEPSEEK =
      new Preset(
          "deepseek",
          "https://api.deepseek.com",
          CHATS,
          quirks(
              true, Thinking.THINKING_TYPE, ToolChoice.ANY, false, true, Structured.JSON_OBJECT));

  private static final Preset DASHSCOPE =
      new Preset(
          "dashscope",
          "https://dashscope.aliyuncs.com/compatible-mode/v1",
          Set.of(Endpoint.CHAT_COMPLETIONS, Endpoint.EMBEDDINGS),
          quirks(
              true,
              Thinking.ENABLE_THINKING,
              ToolChoice.NOT_REQUIRED,
              false,
              false,
              Structured.JSON_OBJECT));

  private static final Preset MOONSHOT =
      new Preset(
          "moonshot",
          "https://api.moonshot.cn/v1",
          Set.of(Endpoint.CHAT_COMPLETIONS, Endpoint.FILES),
          quirks(
              true,
              Thinking.BY_MODEL,
              ToolChoice.AUTO_OR_NONE,
              false,
              true,
              Structured.JSON_OBJECT));

  private static final Preset ZHIPU =
      new Preset(
          "zhipu",
          "https://open.bigmodel.cn/api/paas/v4",
          Set.of(
              Endpoint.CHAT_COMPLETIONS,
              Endpoint.EMBEDDINGS,
              Endpoint.RERANK,
              Endpoint.IMAGE_GENERATIONS),
          quirks(
              false, Thinking.THINKING_TYPE, ToolChoice.AUTO, false, true, Structured.JSON_OBJECT));

  static final List<Preset> NAMED =
      List.of(BY_RESPONSES, VLLM, OLLAMA, DEEPSEEK, DASHSCOPE, MOONSHOT, ZHIPU);

  Preset {
    endpoints = Set.copyOf(endpoints);
  }

  private static Quirks quirks(
      boolean streamUsage,
      Thinking thinking,
      ToolChoice choice,
      boolean strict,
      boolean replay,
      Structured structured) {
    return new Quirks(
        OutputLimit.MAX_TOKENS, streamUsage, thinking, choice, strict, replay, structured);
  }
}

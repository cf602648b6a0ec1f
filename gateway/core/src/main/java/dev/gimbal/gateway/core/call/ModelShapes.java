package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.Model;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Models as each dialect lists them. We do not know when a model was made; dialects that want to
/// be told get the beginning of 1970.
final class ModelShapes {
  private ModelShapes() {}

  /// @param owner the provider's name
  record Entry(String id, String owner, Model.Kind kind) {}

  record OpenAiModel(String id, String object, long created, String ownedBy) {}

  record OpenAiList(String object, List<OpenAiModel> data) {}

  record AnthropicModel(String type, String id, String displayName, String createdAt) {}

  record AnthropicList(
      List<AnthropicModel> data,
      boolean hasMore,
      @Nullable String firstId,
      @Nullable String lastId) {}

  static Object list(ModelList.Form form, List<Entry> entries) {
    return switch (form) {
      case OPENAI -> new OpenAiList("list", entries.stream().map(ModelShapes::openAi).toList());
      case ANTHROPIC ->
          new AnthropicList(
              entries.stream().map(ModelShapes::anthropic).toList(),
              false,
              entries.isEmpty() ? null : entries.getFirst().id(),
              entries.isEmpty() ? null : entries.getLast().id());
      case GEMINI -> Map.of("models", entries.stream().map(ModelShapes::gemini).toList());
    };
  }

  static Object one(ModelList.Form form, Entry entry) {
    return switch (form) {
      case OPENAI -> openAi(entry);
      case ANTHROPIC -> anthropic(entry);
      case GEMINI -> gemini(entry);
    };
  }

  private static OpenAiModel openAi(Entry entry) {
    return new OpenAiModel(entry.id(), "model", 0, entry.owner());
  }

  private static AnthropicModel anthropic(Entry entry) {
    return new AnthropicModel("model", entry.id(), entry.id(), "1970-01-01T00:00:00Z");
  }

  /// Its fields are in camel case.
  private static Map<String, Object> gemini(Entry entry) {
    return Map.of(
        "name",
        "models/" + entry.id(),
        "displayName",
        entry.id(),
        "supportedGenerationMethods",
        entry.kind() == Model.Kind.CHAT
            ? List.of("generateContent", "streamGenerateContent")
            : List.of());
  }
}

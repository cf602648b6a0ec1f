package dev.gimbal.gateway.provider.local.generation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/// Which fields of OpenAI's calls local models know.
final class KnownFields {
  private static final Set<String> BOTH =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "max_tokens",
          "temperature",
          "top_p",
          "min_p",
          "top_k",
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "stop",
          "response_format");

  /// They say who calls, or are hints: the answer is the same without them.
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("user", "metadata", "safety_identifier", "prompt_cache_key");

  /// What these fields ask for without being asked: such a value is as good as none.
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("n", "1"),
          Map.entry("best_of", "1"),
          Map.entry("echo", "false"),
          Map.entry("logprobs", "false"),
          Map.entry("store", "false"),
          Map.entry("service_tier", "\"auto\""),
          Map.entry("modalities", "[\"text\"]"),
          Map.entry("tool_choice", "\"none\""),
          Map.entry("suffix", "\"\""));

  private KnownFields() {}

  /// @throws dev.gimbal.gateway.api.GatewayException naming the first field that is not known
  static void check(JsonNode body, boolean chat) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String name = field.getKey();
      boolean known =
          BOTH.contains(name)
              || WITHOUT_EFFECT.contains(name)
              || name.equals(chat ? "messages" : "prompt")
              || (chat && name.equals("max_completion_tokens"));
      if (!known && !absent(field.getValue()) && !usual(name, field.getValue())) {
        throw GenerationInput.invalid(name, "is nothing that local models can do");
      }
    }
  }

  /// Null, or an empty list or object: nothing is asked for.
  static boolean absent(JsonNode value) {
    return value.isNull() || (value.isContainerNode() && value.isEmpty());
  }

  private static boolean usual(String name, JsonNode value) {
    return value.toString().equals(USUAL.get(name));
  }
}

package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenCount;
import org.jspecify.annotations.Nullable;

/// Token counts. The vendor counts cached tokens inside the prompt and thoughts beside the answer;
/// what tools of its own read comes on top of the prompt.
final class Usage {
  private Usage() {}

  /// Null if nothing was counted.
  static @Nullable TokenCount read(@Nullable JsonNode usage) {
    @Nullable Long prompt = Nodes.whole(usage, "promptTokenCount");
    @Nullable Long cached = Nodes.whole(usage, "cachedContentTokenCount");
    @Nullable Long thoughts = Nodes.whole(usage, "thoughtsTokenCount");
    @Nullable Long output = output(usage, prompt, thoughts);
    if (prompt == null && cached == null && output == null) {
      return null;
    }
    @Nullable Long input =
        prompt == null ? null : Math.max(0, prompt - orZero(cached)) + orZero(toolPrompt(usage));
    return new TokenCount(input, cached, null, output, thoughts);
  }

  /// A count of the answer that is missing stands in the total all the same.
  private static @Nullable Long output(
      @Nullable JsonNode usage, @Nullable Long prompt, @Nullable Long thoughts) {
    @Nullable Long candidates = Nodes.whole(usage, "candidatesTokenCount");
    if (candidates != null) {
      return candidates + orZero(thoughts);
    }
    @Nullable Long total = Nodes.whole(usage, "totalTokenCount");
    if (total == null || prompt == null) {
      return thoughts;
    }
    return Math.max(orZero(thoughts), total - prompt - orZero(toolPrompt(usage)));
  }

  private static @Nullable Long toolPrompt(@Nullable JsonNode usage) {
    return Nodes.whole(usage, "toolUsePromptTokenCount");
  }

  static ObjectNode write(TokenCount count) {
    ObjectNode usage = Nodes.object();
    @Nullable Long prompt = count.prompt();
    @Nullable Long output = count.output();
    put(usage, "promptTokenCount", prompt);
    put(usage, "cachedContentTokenCount", count.cacheRead());
    put(
        usage,
        "candidatesTokenCount",
        output == null ? null : Long.valueOf(Math.max(0, output - orZero(count.reasoning()))));
    put(usage, "thoughtsTokenCount", count.reasoning());
    put(
        usage,
        "totalTokenCount",
        prompt == null || output == null ? null : Long.valueOf(prompt + output));
    return usage;
  }

  private static void put(ObjectNode to, String name, @Nullable Long value) {
    if (value != null) {
      to.put(name, value);
    }
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}

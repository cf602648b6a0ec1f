package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenCount;
import org.jspecify.annotations.Nullable;

/// `usage`: its prompt tokens include those of the cache.
final class Usage {
  private Usage() {}

  /// Null if nothing was counted.
  static @Nullable TokenCount read(@Nullable JsonNode usage) {
    Long prompt = Nodes.whole(usage, "prompt_tokens");
    Long output = Nodes.whole(usage, "completion_tokens");
    if (usage == null || (prompt == null && output == null)) {
      return null;
    }
    JsonNode details = Nodes.object(usage, "prompt_tokens_details");
    Long cacheRead =
        first(
            Nodes.whole(details, "cached_tokens"),
            // DeepSeek, Moonshot
            Nodes.whole(usage, "prompt_cache_hit_tokens"),
            Nodes.whole(usage, "cached_tokens"));
    Long cacheWrite =
        first(
            // OpenRouter, LiteLLM
            Nodes.whole(details, "cache_write_tokens"),
            Nodes.whole(details, "cache_creation_tokens"),
            Nodes.whole(usage, "cache_creation_input_tokens"));
    Long reasoning =
        Nodes.whole(Nodes.object(usage, "completion_tokens_details"), "reasoning_tokens");
    Long total = Nodes.whole(usage, "total_tokens");
    return new TokenCount(
        prompt == null ? null : Math.max(0, prompt - orZero(cacheRead) - orZero(cacheWrite)),
        cacheRead,
        cacheWrite,
        withReasoning(prompt, output, reasoning, total),
        reasoning);
  }

  /// xAI counts reasoning beside the completion; the total tells.
  private static @Nullable Long withReasoning(
      @Nullable Long prompt,
      @Nullable Long output,
      @Nullable Long reasoning,
      @Nullable Long total) {
    if (prompt == null || output == null || reasoning == null || total == null || reasoning == 0) {
      return output;
    }
    return total == prompt + output + reasoning ? Long.valueOf(output + reasoning) : output;
  }

  /// Null if nothing was counted.
  static @Nullable ObjectNode write(@Nullable TokenCount count) {
    if (count == null || (count.input() == null && count.output() == null)) {
      return null;
    }
    ObjectNode usage = Nodes.object();
    Long prompt = count.prompt();
    put(usage, "prompt_tokens", prompt);
    put(usage, "completion_tokens", count.output());
    if (prompt != null && count.output() != null) {
      usage.put("total_tokens", prompt + count.output());
    }
    if (count.cacheRead() != null || count.cacheWrite() != null) {
      ObjectNode details = usage.putObject("prompt_tokens_details");
      put(details, "cached_tokens", count.cacheRead());
      put(details, "cache_write_tokens", count.cacheWrite());
    }
    if (count.reasoning() != null) {
      usage.putObject("completion_tokens_details").put("reasoning_tokens", count.reasoning());
    }
    return usage;
  }

  private static void put(ObjectNode to, String field, @Nullable Long value) {
    if (value != null) {
      to.put(field, value);
    }
  }

  private static @Nullable Long first(
      @Nullable Long one, @Nullable Long two, @Nullable Long three) {
    return one != null ? one : two != null ? two : three;
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}

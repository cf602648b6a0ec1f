package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenCount;
import org.jspecify.annotations.Nullable;

/// Tokens. `input_tokens` counts those of the cache, `output_tokens` those of reasoning. What was
/// not counted is absent.
final class Usage {
  private Usage() {}

  static @Nullable TokenCount read(@Nullable JsonNode usage) {
    if (usage == null || !usage.isObject() || usage.isEmpty()) {
      return null;
    }
    JsonNode details = usage.path("input_tokens_details");
    Long all = number(usage, "input_tokens");
    Long read = number(details, "cached_tokens");
    Long written = number(details, "cache_write_tokens");
    Long input =
        all == null
            ? null
            : Math.max(0, all - (read == null ? 0 : read) - (written == null ? 0 : written));
    return new TokenCount(
        input,
        read,
        written,
        number(usage, "output_tokens"),
        number(usage.path("output_tokens_details"), "reasoning_tokens"));
  }

  private static @Nullable Long number(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || !value.isNumber() ? null : value.longValue();
  }

  static ObjectNode write(TokenCount usage) {
    ObjectNode node = Nodes.object();
    Long input = usage.prompt();
    put(node, "input_tokens", input);
    if (usage.cacheRead() != null || usage.cacheWrite() != null) {
      ObjectNode details = node.putObject("input_tokens_details");
      put(details, "cached_tokens", usage.cacheRead());
      put(details, "cache_write_tokens", usage.cacheWrite());
    }
    put(node, "output_tokens", usage.output());
    if (usage.reasoning() != null) {
      put(node.putObject("output_tokens_details"), "reasoning_tokens", usage.reasoning());
    }
    if (input != null && usage.output() != null) {
      node.put("total_tokens", input + usage.output());
    }
    return node;
  }

  private static void put(ObjectNode node, String name, @Nullable Long value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}

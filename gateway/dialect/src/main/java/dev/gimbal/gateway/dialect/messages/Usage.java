package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenCount;
import org.jspecify.annotations.Nullable;

/// Tokens in this dialect's words. Its `input_tokens` have no cached ones among them.
final class Usage {
  private static final String INPUT = "input_tokens";
  private static final String CACHE_READ = "cache_read_input_tokens";
  private static final String CACHE_WRITE = "cache_creation_input_tokens";
  private static final String OUTPUT = "output_tokens";
  private static final String DETAILS = "output_tokens_details";
  private static final String THINKING = "thinking_tokens";

  private Usage() {}

  /// Null: nothing was counted.
  static @Nullable TokenCount read(@Nullable JsonNode usage) {
    if (usage == null || !usage.isObject()) {
      return null;
    }
    TokenCount prompt = prompt(usage);
    Long output = count(usage, OUTPUT);
    if (prompt == null && (output == null || output == 0)) {
      return null;
    }
    Long thinking = count(usage.path(DETAILS), THINKING);
    return prompt == null
        ? new TokenCount(null, null, null, output, thinking)
        : new TokenCount(prompt.input(), prompt.cacheRead(), prompt.cacheWrite(), output, thinking);
  }

  /// What a stream's first event knows: its count of the output is a placeholder.
  static @Nullable TokenCount readStart(@Nullable JsonNode usage) {
    return usage == null || !usage.isObject() ? null : prompt(usage);
  }

  // No prompt is empty: where all is zero, nothing was counted.
  private static @Nullable TokenCount prompt(JsonNode usage) {
    Long input = count(usage, INPUT);
    Long read = count(usage, CACHE_READ);
    Long write = count(usage, CACHE_WRITE);
    return some(input) || some(read) || some(write)
        ? new TokenCount(input, read, write, null, null)
        : null;
  }

  private static boolean some(@Nullable Long count) {
    return count != null && count > 0;
  }

  private static @Nullable Long count(JsonNode of, String name) {
    JsonNode value = of.get(name);
    return value != null && value.canConvertToLong() && value.isIntegralNumber()
        ? Long.valueOf(value.longValue())
        : null;
  }

  static ObjectNode write(TokenCount count) {
    ObjectNode usage = JsonNodeFactory.instance.objectNode();
    put(usage, INPUT, count.input());
    put(usage, CACHE_WRITE, count.cacheWrite());
    put(usage, CACHE_READ, count.cacheRead());
    put(usage, OUTPUT, count.output());
    if (count.reasoning() != null) {
      usage.putObject(DETAILS).put(THINKING, count.reasoning());
    }
    return usage;
  }

  /// For a stream's first event, in which clients want both numbers: so far there is nothing. The
  /// last event has the real ones.
  static ObjectNode writeStart(@Nullable TokenCount count) {
    ObjectNode usage = count == null ? JsonNodeFactory.instance.objectNode() : write(count);
    if (!usage.has(INPUT)) {
      usage.put(INPUT, 0);
    }
    if (!usage.has(OUTPUT)) {
      usage.put(OUTPUT, 0);
    }
    return usage;
  }

  /// For a whole answer, in which clients read both numbers: unknown is null, not zero.
  static ObjectNode writeWhole(@Nullable TokenCount count) {
    ObjectNode usage = writeEnd(count);
    if (!usage.has(INPUT)) {
      usage.putNull(INPUT);
    }
    return usage;
  }

  /// For a stream's last event, whose count of the output clients read without asking whether it
  /// is there: unknown is null, not zero.
  static ObjectNode writeEnd(@Nullable TokenCount count) {
    ObjectNode usage = count == null ? JsonNodeFactory.instance.objectNode() : write(count);
    if (!usage.has(OUTPUT)) {
      usage.putNull(OUTPUT);
    }
    return usage;
  }

  private static void put(ObjectNode usage, String name, @Nullable Long count) {
    if (count != null) {
      usage.put(name, count);
    }
  }
}

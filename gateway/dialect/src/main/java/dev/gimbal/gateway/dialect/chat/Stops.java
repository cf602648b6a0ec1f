package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.Stop;
import org.jspecify.annotations.Nullable;

/// `finish_reason`.
final class Stops {
  private Stops() {}

  /// @param calls whether the answer asks for tools
  /// @param refused whether it declines
  static Stop read(@Nullable JsonNode choice, boolean calls, boolean refused) {
    String reason = Nodes.text(choice, "finish_reason");
    return switch (reason == null ? "stop" : reason) {
      // DeepSeek and SGLang have names of their own for an answer that was cut
      case "length", "max_tokens", "insufficient_system_resource", "abort" ->
          Stop.of(Stop.Reason.LENGTH);
      case "content_filter" -> Stop.of(refused ? Stop.Reason.REFUSED : Stop.Reason.FILTERED);
      case "tool_calls", "function_call" -> Stop.of(Stop.Reason.TOOL_CALLS);
      default -> ended(choice, calls, refused);
    };
  }

  private static Stop ended(@Nullable JsonNode choice, boolean calls, boolean refused) {
    if (calls) {
      // several servers say `stop` although they ask for tools
      return Stop.of(Stop.Reason.TOOL_CALLS);
    }
    if (refused) {
      return Stop.of(Stop.Reason.REFUSED);
    }
    // vLLM says which text ended it
    String sequence = Nodes.text(choice, "stop_reason");
    return sequence == null
        ? Stop.of(Stop.Reason.END)
        : new Stop(Stop.Reason.STOP_SEQUENCE, sequence);
  }

  /// @param refused whether the answer says in its own words that it declines
  static String write(Stop stop, boolean refused) {
    return switch (stop.reason()) {
      case END, STOP_SEQUENCE, PAUSED -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case FILTERED -> "content_filter";
      case REFUSED -> refused ? "stop" : "content_filter";
    };
  }
}

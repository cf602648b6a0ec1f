package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Stop;
import org.jspecify.annotations.Nullable;

/// Why an answer ended, in this dialect's words.
final class Stops {
  private Stops() {}

  /// What an answer ended with.
  enum Last {
    REFUSAL,
    TOOL,
    OTHER
  }

  /// What the vendor says of its refusal; null: nothing.
  static @Nullable String explanation(JsonNode of) {
    return of.path("stop_details").path("explanation").textValue();
  }

  /// Reads `stop_reason` and `stop_sequence`; null: not ended.
  static @Nullable Stop read(JsonNode of) {
    JsonNode reason = of.path("stop_reason");
    if (!reason.isTextual()) {
      return null;
    }
    return switch (reason.textValue()) {
      case "max_tokens", "model_context_window_exceeded" -> Stop.of(Stop.Reason.LENGTH);
      case "stop_sequence" ->
          new Stop(Stop.Reason.STOP_SEQUENCE, of.path("stop_sequence").textValue());
      case "tool_use" -> Stop.of(Stop.Reason.TOOL_CALLS);
      case "pause_turn" -> Stop.of(Stop.Reason.PAUSED);
      case "refusal" -> Stop.of(Stop.Reason.REFUSED);
      default -> Stop.of(Stop.Reason.END);
    };
  }

  /// Writes both; the vendor says null where there is no sequence.
  ///
  /// @param last the kind of part that the answer ended with: this dialect has no block for a
  ///     refusal, and calls of tools are a reason of their own, which others do not always say
  static void write(ObjectNode to, Stop stop, Last last) {
    String reason =
        switch (stop.reason()) {
          case END ->
              switch (last) {
                case REFUSAL -> "refusal";
                case TOOL -> "tool_use";
                case OTHER -> "end_turn";
              };
          case STOP_SEQUENCE -> "stop_sequence";
          case LENGTH -> "max_tokens";
          case TOOL_CALLS -> "tool_use";
          case FILTERED, REFUSED -> "refusal";
          case PAUSED -> "pause_turn";
        };
    to.put("stop_reason", reason).put("stop_sequence", stop.sequence());
  }
}

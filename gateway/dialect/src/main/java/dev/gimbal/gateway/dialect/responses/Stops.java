package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.Stop.Reason;
import org.jspecify.annotations.Nullable;

/// Why an answer ended: its status, the reason where it is incomplete, and what is in it.
final class Stops {
  private Stops() {}

  /// @param calls whether the answer asks for a tool
  /// @param refused whether the model declined in its own words
  static Stop read(JsonNode response, boolean calls, boolean refused) {
    if (Nodes.INCOMPLETE.equals(Nodes.text(response, "status"))) {
      return Stop.of(
          switch (Nodes.textOrEmpty(response.path("incomplete_details"), "reason")) {
            case "content_filter" -> Reason.FILTERED;
            case "pause_turn" -> Reason.PAUSED;
            default -> Reason.LENGTH;
          });
    }
    if (calls) {
      return Stop.of(Reason.TOOL_CALLS);
    }
    return Stop.of(refused ? Reason.REFUSED : Reason.END);
  }

  /// The reason why an answer is incomplete; null if it is complete. A model that declined in its
  /// own words gave a whole answer; one that was stopped without a word did not.
  static @Nullable String incomplete(Stop stop, boolean refused) {
    return switch (stop.reason()) {
      case END, STOP_SEQUENCE, TOOL_CALLS -> null;
      case LENGTH -> "max_output_tokens";
      case FILTERED -> "content_filter";
      case REFUSED -> refused ? null : "content_filter";
      // No word of the vendor's for an answer that goes on when it is sent back; Anthropic's.
      case PAUSED -> "pause_turn";
    };
  }
}

package dev.gimbal.gateway.dialect.gemini;

import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Stop;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Why an answer ended, in the vendor's words.
final class Stops {
  /// The word for a tool call that cannot be read.
  static final String MALFORMED = "MALFORMED_FUNCTION_CALL";

  // Ends at which there is no answer worth the name: an error, lest it pass for an empty success.
  private static final Set<String> FAILURES =
      Set.of(
          MALFORMED,
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MISSING_THOUGHT_SIGNATURE",
          "MALFORMED_RESPONSE",
          "NO_IMAGE");

  private Stops() {}

  /// Null if the word says nothing.
  static @Nullable Stop read(@Nullable String finish, boolean calls) {
    if (finish == null || finish.equals("FINISH_REASON_UNSPECIFIED")) {
      return null;
    }
    return Stop.of(
        switch (finish) {
          case "STOP" -> calls ? Stop.Reason.TOOL_CALLS : Stop.Reason.END;
          case "MAX_TOKENS" -> Stop.Reason.LENGTH;
          // All others cut the answer short for what is in it; a new one is not the natural end.
          default -> Stop.Reason.FILTERED;
        });
  }

  /// The error that an end is; null if it is none.
  static @Nullable ModelError failure(@Nullable String finish, @Nullable String message) {
    if (finish == null || !FAILURES.contains(finish)) {
      return null;
    }
    String said = message == null ? "The model's answer cannot be used: " + finish + "." : message;
    return new ModelError(502, ModelError.Kind.SERVER, said, finish, null);
  }

  static String write(Stop stop) {
    return switch (stop.reason()) {
      case END, STOP_SEQUENCE, TOOL_CALLS -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case FILTERED, REFUSED -> "SAFETY";
      case PAUSED -> "OTHER";
    };
  }
}

package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What an answer repeats of its call, as the vendor's do: the vendor's own clients read some of
/// these fields without asking whether they are there.
final class Echo {
  static final ObjectNode NONE = Nodes.object();

  private static final List<String> REPEATED =
      List.of(
          "background",
          "instructions",
          "max_output_tokens",
          "max_tool_calls",
          "metadata",
          "parallel_tool_calls",
          "prompt_cache_key",
          "reasoning",
          "safety_identifier",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_p",
          "truncation",
          "user");

  private Echo() {}

  /// Nothing is kept for a later call, whatever the call asked for.
  static ObjectNode of(JsonNode call) {
    ObjectNode echo = Nodes.object();
    echo.putNull("instructions");
    echo.putObject("metadata");
    echo.put("parallel_tool_calls", true);
    echo.put("tool_choice", "auto");
    echo.putArray("tools");
    echo.put("store", false);
    echo.putNull("previous_response_id");
    for (String name : REPEATED) {
      JsonNode value = call.get(name);
      if (value != null && !value.isNull()) {
        echo.set(name, value);
      }
    }
    return echo;
  }
}

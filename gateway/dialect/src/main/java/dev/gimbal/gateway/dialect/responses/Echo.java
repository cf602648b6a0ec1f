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
    ObjectNode echo = unsaid();
    for (String name : REPEATED) {
      JsonNode value = call.get(name);
      if (value != null && !value.isNull()) {
        echo.set(name, value);
      }
    }
    if (echo.path("text") instanceof ObjectNode text && !text.has("format")) {
      echo.set("text", format().setAll(text));
    }
    return echo;
  }

  /// What is said of fields that the call leaves to the model: null where the model's own way is
  /// not known.
  private static ObjectNode unsaid() {
    ObjectNode echo = Nodes.object();
    echo.put("background", false);
    echo.putNull("instructions");
    echo.putNull("max_output_tokens");
    echo.putNull("max_tool_calls");
    echo.putObject("metadata");
    echo.put("parallel_tool_calls", true);
    echo.putNull("previous_response_id");
    echo.putObject("reasoning").putNull("effort").putNull("summary");
    echo.put("store", false);
    echo.putNull("temperature");
    echo.set("text", format());
    echo.put("tool_choice", "auto");
    echo.putArray("tools");
    echo.putNull("top_p");
    echo.put("truncation", "disabled");
    echo.putNull("user");
    return echo;
  }

  private static ObjectNode format() {
    ObjectNode text = Nodes.object();
    text.putObject("format").put("type", "text");
    return text;
  }
}

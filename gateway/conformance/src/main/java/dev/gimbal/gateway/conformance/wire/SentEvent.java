package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One event of a stream.
///
/// @param name empty: it has none
/// @param data empty: it is a comment
/// @param raw its text as it came, without the empty line
public record SentEvent(String name, String data, String raw) {

  public boolean comment() {
    return data.isEmpty();
  }

  public JsonNode json() {
    return Tree.read(data);
  }

  /// The events of a body; what is behind the last empty line is the last one.
  public static List<SentEvent> split(byte[] body) {
    List<SentEvent> events = new ArrayList<>();
    String text = new String(body, StandardCharsets.UTF_8).replace("\r\n", "\n");
    for (String raw : List.of(text.split("\n\n", -1))) {
      if (!raw.isBlank()) {
        events.add(of(raw));
      }
    }
    return events;
  }

  private static SentEvent of(String raw) {
    String name = "";
    List<String> data = new ArrayList<>();
    for (String line : List.of(raw.split("\n", -1))) {
      if (line.startsWith("event:")) {
        name = line.substring("event:".length()).strip();
      } else if (line.startsWith("data:")) {
        data.add(line.substring("data:".length()).strip());
      }
    }
    return new SentEvent(name, String.join("\n", data), raw);
  }
}

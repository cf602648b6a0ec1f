package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;

/// Writes numbered events.
final class EventLines {
  private StringBuilder out = new StringBuilder();
  private int sequence;

  void to(StringBuilder to) {
    out = to;
  }

  /// The next event, to be filled and then written.
  ObjectNode event(String type) {
    return Nodes.typed(type).put("sequence_number", sequence++);
  }

  void write(JsonNode event) {
    out.append("event: ")
        .append(Nodes.textOrEmpty(event, "type"))
        .append("\ndata: ")
        .append(Json.write(event))
        .append("\n\n");
  }
}

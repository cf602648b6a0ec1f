package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// An item that is being written.
///
/// @param node the item as far as it is whole; the last event of the stream holds it
/// @param place in the answer
record OpenItem(ObjectNode node, int place) {

  ArrayNode list(String name) {
    return node.withArray(name);
  }

  /// An event about a piece of this item.
  ObjectNode placed(ObjectNode event) {
    return event.put("item_id", Nodes.textOrEmpty(node, "id")).put("output_index", place);
  }

  void begin(EventLines lines) {
    write(lines, "response.output_item.added");
  }

  void end(EventLines lines) {
    write(lines, "response.output_item.done");
  }

  private void write(EventLines lines, String type) {
    ObjectNode event = lines.event(type).put("output_index", place);
    lines.write(event.set("item", node));
  }
}

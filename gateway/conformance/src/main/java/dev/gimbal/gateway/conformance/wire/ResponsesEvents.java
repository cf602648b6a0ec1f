package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// The events of a streamed response, numbered.
final class ResponsesEvents {
  private final List<String> events = new ArrayList<>();

  List<String> all() {
    return events;
  }

  void add(String type, Object... fields) {
    ObjectNode event = Tree.of("type", type, "sequence_number", events.size());
    event.setAll(Tree.of(fields));
    events.add("event: " + type + "\ndata: " + event + "\n\n");
  }

  void message(int index, ObjectNode begun, ObjectNode whole, List<String> text) {
    String id = Tree.text(whole, "id");
    ObjectNode empty = Tree.of("type", "output_text", "text", "", "annotations", Tree.list());
    add("response.output_item.added", "output_index", index, "item", begun);
    part("response.content_part.added", index, id, "part", empty);
    for (String piece : text) {
      part("response.output_text.delta", index, id, "delta", piece);
    }
    part("response.output_text.done", index, id, "text", String.join("", text));
    part("response.content_part.done", index, id, "part", whole.at("/content/0"));
    add("response.output_item.done", "output_index", index, "item", whole);
  }

  private void part(String type, int index, String id, String field, Object value) {
    add(type, "item_id", id, "output_index", index, "content_index", 0, field, value);
  }

  void call(int index, ObjectNode begun, ObjectNode whole, List<String> arguments) {
    String id = Tree.text(whole, "id");
    String type = "response.function_call_arguments.";
    add("response.output_item.added", "output_index", index, "item", begun);
    for (String piece : arguments) {
      add(type + "delta", "item_id", id, "output_index", index, "delta", piece);
    }
    String all = String.join("", arguments);
    add(type + "done", "item_id", id, "output_index", index, "arguments", all);
    add("response.output_item.done", "output_index", index, "item", whole);
  }

  void thought(int index, ObjectNode whole, String text) {
    String id = Tree.text(whole, "id");
    String type = "response.reasoning_summary_";
    ObjectNode begun = whole.deepCopy();
    begun.set("summary", Tree.list());
    add("response.output_item.added", "output_index", index, "item", begun);
    if (!text.isEmpty()) {
      ObjectNode empty = Tree.of("type", "summary_text", "text", "");
      ObjectNode part = Tree.of("type", "summary_text", "text", text);
      summary(type + "part.added", index, id, "part", empty);
      summary(type + "text.delta", index, id, "delta", text);
      summary(type + "text.done", index, id, "text", text);
      summary(type + "part.done", index, id, "part", part);
    }
    add("response.output_item.done", "output_index", index, "item", whole);
  }

  private void summary(String type, int index, String id, String field, Object value) {
    add(type, "item_id", id, "output_index", index, "summary_index", 0, field, value);
  }
}

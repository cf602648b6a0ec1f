package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// Reads a streamed response as a strict client does: the pieces must add up to the whole.
final class ResponsesReading {
  private final HeardSoFar heard = new HeardSoFar();
  private final HeardSoFar last = new HeardSoFar();
  private final Set<Integer> open = new HashSet<>();
  private final BiConsumer<HeardSoFar, JsonNode> whole;
  private int items;

  /// @param whole reads the response that the last event holds
  ResponsesReading(BiConsumer<HeardSoFar, JsonNode> whole) {
    this.whole = whole;
  }

  Heard read(List<SentEvent> events) {
    for (SentEvent event : events) {
      if (event.comment() || event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode data = event.json();
      heard.fault(heard.ended, "an event behind the last one: " + event.data());
      String type = Tree.text(data, "type");
      // Clients of this wire read the type in the data, and do not ask for a name beside it.
      boolean other = !event.name().isEmpty() && !event.name().equals(type);
      heard.fault(other, "event: " + event.name() + ", type: " + type);
      read(type, data);
    }
    if (heard.ended && heard.error == null) {
      String told = last.text.toString();
      heard.fault(!told.equals(heard.text.toString()), "the deltas are not the whole: " + told);
      heard.fault(!open.isEmpty(), "items that were begun and not ended: " + open);
    }
    return heard.heard();
  }

  private void read(String type, JsonNode data) {
    int index = data.path("output_index").asInt(-1);
    switch (type) {
      case "response.output_item.added" -> added(index, data.path("item"));
      case "response.output_item.done" ->
          heard.fault(!open.remove(index), "an item ends that did not begin");
      case "response.output_text.delta" -> {
        heard.fault(!open.contains(index), "text of an item that did not begin");
        heard.text.append(Tree.text(data, "delta"));
      }
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          heard.thought.append(Tree.text(data, "delta"));
      case "response.function_call_arguments.delta" -> {
        heard.fault(!open.contains(index), "arguments of an item that did not begin");
        heard.call(index).arguments.append(Tree.text(data, "delta"));
      }
      case "response.completed", "response.incomplete" -> ended(data.path("response"));
      case "response.failed" -> {
        heard.ended = true;
        heard.error = Tree.text(data.at("/response/error"), "message");
      }
      case "error" -> heard.error = failure(data);
      default -> {}
    }
  }

  /// The documentation shows the fields in the event itself, the vendor's own server puts them
  /// below `error` at times; clients read both.
  private static String failure(JsonNode data) {
    return data.has("error")
        ? Tree.text(data.path("error"), "message")
        : Tree.text(data, "message");
  }

  private void added(int index, JsonNode item) {
    heard.fault(index != items, "output_index is " + index + " where " + items + " is due");
    items++;
    open.add(index);
    if (Tree.text(item, "type").equals("function_call")) {
      HeardSoFar.Call call = heard.call(index);
      call.id = Tree.text(item, "call_id");
      call.name = Tree.text(item, "name");
      call.arguments.append(Tree.text(item, "arguments"));
    }
  }

  private void ended(JsonNode response) {
    heard.ended = true;
    whole.accept(last, response);
    heard.stop = last.stop;
    heard.usage = last.usage;
  }
}

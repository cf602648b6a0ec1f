package dev.gimbal.observability.core.redaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A stream of events (SSE) as few events: those that carry pieces of one thing become one, with
/// its texts whole.
final class EventStream {
  private static final String DONE = "[DONE]";
  private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:", ":");

  /// What tells the events of one thing from those of another, in the dialects that have several.
  private static final List<String> MARKS =
      List.of("type", "item_id", "output_index", "content_index", "summary_index", "index");

  private final Map<String, Pieces> things = new LinkedHashMap<>();
  private boolean done;

  private EventStream() {}

  static boolean looksLike(String text) {
    return FIELDS.stream().anyMatch(text::startsWith);
  }

  /// Empty if it is no stream of JSON. An event that was cut at the end of the stream is left out.
  static Optional<String> redacted(String text) {
    EventStream stream = new EventStream();
    StringBuilder data = new StringBuilder();
    String name = "";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.isEmpty()) {
        if (!stream.add(name, data)) {
          return Optional.empty();
        }
        data.setLength(0);
        name = "";
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line, "data:".length(), line.length());
      } else if (line.startsWith("event:")) {
        name = line.substring("event:".length()).strip();
      } else if (FIELDS.stream().noneMatch(line::startsWith) && text.endsWith("\n")) {
        return Optional.empty();
      }
    }
    boolean last = stream.add(name, data);
    return Optional.of(stream.written(last ? "" : ": the last event was cut\n\n"));
  }

  private boolean add(String name, CharSequence given) {
    String data = given.toString().strip();
    if (data.isEmpty()) {
      return true;
    }
    if (data.equals(DONE)) {
      done = true;
      return true;
    }
    try {
      JsonNode event = Json.tree(data);
      if (!event.isObject()) {
        return false;
      }
      StringBuilder mark = new StringBuilder(name);
      MARKS.forEach(field -> mark.append('\n').append(event.path(field).asText()));
      things.computeIfAbsent(mark.toString(), key -> new Pieces(name)).add(event);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private String written(String end) {
    StringBuilder out = new StringBuilder();
    things
        .values()
        .forEach(
            thing -> {
              if (!thing.name().isEmpty()) {
                out.append("event: ").append(Redaction.labelled(thing.name())).append('\n');
              }
              String json = Json.write(JsonRedaction.of(thing.whole()));
              out.append("data: ").append(json).append("\n\n");
            });
    return out.append(done ? "data: " + DONE + "\n\n" : "").append(end).toString();
  }
}

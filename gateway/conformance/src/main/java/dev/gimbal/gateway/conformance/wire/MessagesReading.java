package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads Anthropic's events as a strict client does.
final class MessagesReading {
  private final HeardSoFar heard = new HeardSoFar();
  private int open = -1;
  private int next;
  private boolean started;
  private Said.@Nullable Usage begun;

  Heard read(List<SentEvent> events) {
    for (SentEvent event : events) {
      if (!event.comment()) {
        heard.fault(heard.ended, "an event behind message_stop: " + event.data());
        String type = Tree.text(event.json(), "type");
        heard.fault(!event.name().equals(type), "event: " + event.name() + ", type: " + type);
        read(type, event.json());
      }
    }
    return heard.heard();
  }

  private void read(String type, JsonNode data) {
    int index = data.path("index").asInt(-1);
    switch (type) {
      case "message_start" -> {
        heard.fault(started, "a second message_start");
        heard.fault(!data.at("/message/usage").isObject(), "message_start without usage");
        started = true;
        begun = usage(data.at("/message/usage"));
      }
      case "content_block_start" -> begin(index, data.path("content_block"));
      case "content_block_delta" -> delta(index, data.path("delta"));
      case "content_block_stop" -> {
        heard.fault(index != open, "a block ends that is not open: " + index);
        open = -1;
      }
      case "message_delta" -> {
        heard.fault(open >= 0, "message_delta while a block is open");
        heard.stop = stop(Tree.text(data.path("delta"), "stop_reason"));
        ended(data.path("usage"));
      }
      case "message_stop" -> heard.ended = true;
      case "error" -> heard.error = Tree.text(data.path("error"), "message");
      case "ping" -> {}
      default -> heard.fault(true, "an event of an unknown type: " + type);
    }
  }

  private void begin(int index, JsonNode block) {
    heard.fault(!started, "a block before message_start");
    heard.fault(open >= 0, "a block begins while one is open");
    heard.fault(index != next, "index is " + index + " where " + next + " is due");
    open = index;
    next++;
    heard.text.append(Tree.text(block, "text"));
    if (Tree.text(block, "type").equals("tool_use")) {
      HeardSoFar.Call call = heard.call(index);
      call.id = Tree.text(block, "id");
      call.name = Tree.text(block, "name");
    }
  }

  private void delta(int index, JsonNode delta) {
    heard.fault(index != open, "a delta of a block that is not open: " + index);
    heard.text.append(Tree.text(delta, "text"));
    heard.thought.append(Tree.text(delta, "thinking"));
    if (delta.has("partial_json")) {
      heard.call(index).arguments.append(Tree.text(delta, "partial_json"));
    }
  }

  /// Counts of the last event win; those it leaves out are the first event's.
  private void ended(JsonNode last) {
    if (!last.isObject()) {
      return;
    }
    Said.Usage told = usage(last);
    Said.Usage first = begun;
    boolean input = last.has("input_tokens");
    if (told != null && first != null && !input) {
      int output = told.output();
      heard.usage = new Said.Usage(first.input(), first.cached(), first.written(), output, 0);
    } else {
      heard.usage = told;
    }
  }

  static Said.@Nullable Usage usage(JsonNode usage) {
    if (!usage.path("output_tokens").isNumber()) {
      return null;
    }
    int cached = usage.path("cache_read_input_tokens").asInt();
    int written = usage.path("cache_creation_input_tokens").asInt();
    int input = usage.path("input_tokens").asInt() + cached + written;
    return new Said.Usage(input, cached, written, usage.path("output_tokens").asInt(), 0);
  }

  static Said.@Nullable Stop stop(String reason) {
    return switch (reason) {
      case "" -> null;
      case "end_turn", "stop_sequence" -> Said.Stop.END;
      case "max_tokens" -> Said.Stop.LENGTH;
      case "tool_use" -> Said.Stop.TOOLS;
      default -> Said.Stop.OTHER;
    };
  }
}

package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Anthropic's messages, version 2023-06-01.
final class MessagesForm implements WireForm {

  @Override
  public String path(String model, boolean stream) {
    return "/v1/messages";
  }

  @Override
  public boolean takes(String target) {
    return target.contains("/messages");
  }

  @Override
  public Map<String, String> headers(String key) {
    return Map.of("x-api-key", key, "anthropic-version", "2023-06-01");
  }

  @Override
  public ObjectNode request(Ask ask) {
    ArrayNode messages = Tree.list(Tree.of("role", "user", "content", ask.question()));
    if (!ask.past().isEmpty()) {
      ArrayNode calls = Tree.list();
      ArrayNode results = Tree.list();
      for (Ask.Past call : ask.past()) {
        JsonNode input = Tree.read(call.arguments());
        calls.add(Tree.of("type", "tool_use", "id", call.id(), "name", "clock", "input", input));
        results.add(result(call.id(), call.result()));
      }
      messages.add(Tree.of("role", "assistant", "content", calls));
      messages.add(Tree.of("role", "user", "content", results));
    }
    return Tree.of(
        "model",
        ask.model(),
        "max_tokens",
        300,
        "system",
        ask.system(),
        "messages",
        messages,
        "tools",
        ask.tool() ? Tree.list(tool()) : null,
        "output_config",
        ask.schema() == null
            ? null
            : Tree.of("format", Tree.of("type", "json_schema", "schema", ask.schema())),
        "stream",
        ask.stream() ? true : null);
  }

  private static ObjectNode tool() {
    return Tree.of("name", "clock", "description", "tells the time", "input_schema", Ask.clock());
  }

  private static ObjectNode result(String id, String result) {
    return Tree.of("type", "tool_result", "tool_use_id", id, "content", result);
  }

  @Override
  public ObjectNode followUp(ObjectNode request, JsonNode answer, String result) {
    ObjectNode next = request.deepCopy();
    ArrayNode messages = next.withArray("messages");
    messages.add(Tree.of("role", "assistant", "content", answer.path("content")));
    ArrayNode results = Tree.list();
    for (JsonNode block : answer.path("content")) {
      if (Tree.text(block, "type").equals("tool_use")) {
        results.add(result(Tree.text(block, "id"), result));
      }
    }
    messages.add(
        results.isEmpty()
            ? Tree.of("role", "user", "content", result)
            : Tree.of("role", "user", "content", results));
    return next;
  }

  @Override
  public ObjectNode answer(Said said) {
    ObjectNode message = message(blocks(said), usage(said.usage(), true));
    message.put("stop_reason", stop(said.stop()));
    return message;
  }

  private static ObjectNode message(ArrayNode content, @Nullable ObjectNode usage) {
    return Tree.of(
        "id",
        "msg_judge",
        "type",
        "message",
        "role",
        "assistant",
        "model",
        "model",
        "content",
        content,
        "stop_reason",
        NullNode.getInstance(),
        "stop_sequence",
        NullNode.getInstance(),
        "usage",
        usage);
  }

  private static ArrayNode blocks(Said said) {
    ArrayNode blocks = Tree.list();
    if (!said.thought().isEmpty() || !said.signature().isEmpty()) {
      blocks.add(thinking(said.thought(), said.signature()));
    }
    if (!said.text().isEmpty()) {
      blocks.add(Tree.of("type", "text", "text", said.words()));
    }
    for (Said.ToolCall call : said.calls()) {
      JsonNode input = Tree.read(call.whole());
      blocks.add(Tree.of("type", "tool_use", "id", call.id(), "name", call.name(), "input", input));
    }
    return blocks;
  }

  private static ObjectNode thinking(String text, String signature) {
    return Tree.of("type", "thinking", "thinking", text, "signature", signature);
  }

  private static String stop(Said.Stop stop) {
    return switch (stop) {
      case END -> "end_turn";
      case LENGTH -> "max_tokens";
      case TOOLS -> "tool_use";
      case OTHER -> "refusal";
    };
  }

  private static @Nullable ObjectNode usage(Said.@Nullable Usage usage, boolean all) {
    if (usage == null) {
      return null;
    }
    return Tree.of(
        "input_tokens",
        usage.input() - usage.cached() - usage.written(),
        "cache_read_input_tokens",
        usage.cached(),
        "cache_creation_input_tokens",
        usage.written(),
        "output_tokens",
        all ? usage.output() : 1);
  }

  @Override
  public List<String> events(Said said) {
    List<String> events = new ArrayList<>();
    ObjectNode begun = message(Tree.list(), usage(said.usage(), false));
    events.add(event("message_start", "message", begun));
    int index = 0;
    if (!said.thought().isEmpty() || !said.signature().isEmpty()) {
      List<ObjectNode> deltas = new ArrayList<>();
      if (!said.thought().isEmpty()) {
        deltas.add(Tree.of("type", "thinking_delta", "thinking", said.thought()));
      }
      deltas.add(Tree.of("type", "signature_delta", "signature", said.signature()));
      block(events, index, thinking("", ""), deltas);
      index++;
    }
    if (!said.text().isEmpty()) {
      List<ObjectNode> deltas =
          said.text().stream().map(t -> Tree.of("type", "text_delta", "text", t)).toList();
      block(events, index, Tree.of("type", "text", "text", ""), deltas);
      index++;
    }
    for (Said.ToolCall call : said.calls()) {
      ObjectNode use =
          Tree.of("type", "tool_use", "id", call.id(), "name", call.name(), "input", Tree.of());
      List<ObjectNode> deltas =
          call.arguments().stream()
              .map(t -> Tree.of("type", "input_json_delta", "partial_json", t))
              .toList();
      block(events, index, use, deltas);
      index++;
    }
    ObjectNode stopped = Tree.of("stop_reason", stop(said.stop()));
    stopped.set("stop_sequence", NullNode.getInstance());
    Said.Usage usage = said.usage();
    Object output = usage == null ? null : Tree.of("output_tokens", usage.output());
    events.add(event("message_delta", "delta", stopped, "usage", output));
    events.add(event("message_stop"));
    return events;
  }

  private static void block(
      List<String> events, int index, ObjectNode begun, List<ObjectNode> deltas) {
    events.add(event("content_block_start", "index", index, "content_block", begun));
    for (ObjectNode delta : deltas) {
      events.add(event("content_block_delta", "index", index, "delta", delta));
    }
    events.add(event("content_block_stop", "index", index));
  }

  private static String event(String type, @Nullable Object... fields) {
    ObjectNode event = Tree.of("type", type);
    event.setAll(Tree.of(fields));
    return "event: " + type + "\ndata: " + event + "\n\n";
  }

  @Override
  public Optional<List<String>> inOne(Said said) {
    return Optional.empty();
  }

  @Override
  public ObjectNode picture(ObjectNode request, String base64) {
    ObjectNode source = Tree.of("type", "base64", "media_type", "image/png", "data", base64);
    ObjectNode message = (ObjectNode) request.at("/messages/0");
    message.set(
        "content",
        Tree.list(
            Tree.of("type", "text", "text", "What is this?"),
            Tree.of("type", "image", "source", source)));
    return request;
  }

  @Override
  public ObjectNode error(int status, String message) {
    ObjectNode error = Tree.of("type", "api_error", "message", message);
    return Tree.of("type", "error", "error", error, "request_id", "req_judge");
  }

  @Override
  public String errorEvent(String message) {
    return event("error", "error", Tree.of("type", "overloaded_error", "message", message));
  }

  @Override
  public Heard readAnswer(JsonNode answer) {
    HeardSoFar heard = new HeardSoFar();
    heard.ended = true;
    heard.fault(!Tree.text(answer, "type").equals("message"), "type is not message");
    heard.fault(!answer.path("usage").isObject(), "usage is missing, which clients demand");
    int index = 0;
    for (JsonNode block : answer.path("content")) {
      switch (Tree.text(block, "type")) {
        case "text" -> heard.text.append(Tree.text(block, "text"));
        case "thinking" -> heard.thought.append(Tree.text(block, "thinking"));
        case "tool_use" -> {
          HeardSoFar.Call call = heard.call(index);
          call.id = Tree.text(block, "id");
          call.name = Tree.text(block, "name");
          call.arguments.append(block.path("input"));
        }
        default -> {}
      }
      index++;
    }
    heard.stop = MessagesReading.stop(Tree.text(answer, "stop_reason"));
    heard.usage = MessagesReading.usage(answer.path("usage"));
    return heard.heard();
  }

  @Override
  public Heard readEvents(List<SentEvent> events) {
    return new MessagesReading().read(events);
  }

  @Override
  public Optional<String> readError(JsonNode body) {
    JsonNode error = body.path("error");
    String message = Tree.text(error, "message");
    boolean shaped = Tree.text(body, "type").equals("error") && !Tree.text(error, "type").isEmpty();
    return shaped && !message.isEmpty() ? Optional.of(message) : Optional.empty();
  }

  @Override
  public List<List<String>> resultGroups(JsonNode request) {
    List<List<String>> groups = new ArrayList<>();
    for (JsonNode message : request.path("messages")) {
      List<String> group = new ArrayList<>();
      for (JsonNode block : message.path("content")) {
        if (Tree.text(block, "type").equals("tool_result")) {
          group.add(Tree.text(block, "tool_use_id"));
        }
      }
      if (!group.isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  @Override
  public List<JsonNode> repeatedArguments(JsonNode request) {
    List<JsonNode> arguments = new ArrayList<>();
    for (JsonNode message : request.path("messages")) {
      for (JsonNode block : message.path("content")) {
        if (Tree.text(block, "type").equals("tool_use")) {
          arguments.add(block.path("input"));
        }
      }
    }
    return arguments;
  }

  @Override
  public JsonNode toolSchema(JsonNode request) {
    return request.at("/tools/0/input_schema");
  }

  @Override
  public boolean asksStream(String target, JsonNode request) {
    return request.path("stream").asBoolean();
  }

  @Override
  public ObjectNode models() {
    ArrayNode data = Tree.list();
    for (String name : List.of("model", "other")) {
      data.add(
          Tree.of(
              "type",
              "model",
              "id",
              name,
              "display_name",
              name,
              "created_at",
              "2026-01-01T00:00:00Z"));
    }
    return Tree.of("data", data, "has_more", false, "first_id", "model", "last_id", "other");
  }
}

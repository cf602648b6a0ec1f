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

/// OpenAI's responses, nothing stored.
final class ResponsesForm implements WireForm {

  @Override
  public String path(String model, boolean stream) {
    return "/v1/responses";
  }

  @Override
  public boolean takes(String target) {
    return target.endsWith("/responses");
  }

  @Override
  public Map<String, String> headers(String key) {
    return Map.of("authorization", "Bearer " + key);
  }

  @Override
  public ObjectNode request(Ask ask) {
    ArrayNode input = Tree.list(Tree.of("role", "user", "content", ask.question()));
    for (Ask.Past call : ask.past()) {
      input.add(
          Tree.of(
              "type",
              "function_call",
              "call_id",
              call.id(),
              "name",
              "clock",
              "arguments",
              call.arguments()));
    }
    for (Ask.Past call : ask.past()) {
      input.add(result(call.id(), call.result()));
    }
    return Tree.of(
        "model",
        ask.model(),
        "instructions",
        ask.system(),
        "input",
        input,
        "max_output_tokens",
        300,
        "store",
        false,
        "tools",
        ask.tool() ? Tree.list(tool()) : null,
        "text",
        ask.schema() == null ? null : Tree.of("format", format(ask.schema())),
        "stream",
        ask.stream() ? true : null);
  }

  private static ObjectNode format(JsonNode schema) {
    return Tree.of("type", "json_schema", "name", "place", "strict", true, "schema", schema);
  }

  private static ObjectNode tool() {
    return Tree.of(
        "type",
        "function",
        "name",
        "clock",
        "description",
        "tells the time",
        "parameters",
        Ask.clock(),
        "strict",
        false);
  }

  private static ObjectNode result(String id, String result) {
    return Tree.of("type", "function_call_output", "call_id", id, "output", result);
  }

  @Override
  public ObjectNode followUp(ObjectNode request, JsonNode answer, String result) {
    ObjectNode next = request.deepCopy();
    ArrayNode input = next.withArray("input");
    boolean called = false;
    for (JsonNode item : answer.path("output")) {
      input.add(item);
    }
    for (JsonNode item : answer.path("output")) {
      if (Tree.text(item, "type").equals("function_call")) {
        called = true;
        input.add(result(Tree.text(item, "call_id"), result));
      }
    }
    if (!called) {
      input.add(Tree.of("role", "user", "content", result));
    }
    return next;
  }

  @Override
  public ObjectNode answer(Said said) {
    ObjectNode response = response(status(said), said.usage());
    ArrayNode output = response.withArray("output");
    items(said).forEach(output::add);
    return response;
  }

  private static String status(Said said) {
    return said.stop() == Said.Stop.LENGTH ? "incomplete" : "completed";
  }

  private static ObjectNode response(String status, Said.@Nullable Usage usage) {
    ObjectNode response =
        Tree.of(
            "id",
            "resp_judge",
            "object",
            "response",
            "created_at",
            1_760_000_000,
            "status",
            status,
            "model",
            "model",
            "output",
            Tree.list(),
            "parallel_tool_calls",
            true,
            "tool_choice",
            "auto",
            "tools",
            Tree.list());
    response.set("error", NullNode.getInstance());
    JsonNode why =
        status.equals("incomplete")
            ? Tree.of("reason", "max_output_tokens")
            : NullNode.getInstance();
    response.set("incomplete_details", why);
    if (usage != null) {
      response.set(
          "usage",
          Tree.of(
              "input_tokens",
              usage.input(),
              "input_tokens_details",
              Tree.of("cached_tokens", usage.cached()),
              "output_tokens",
              usage.output(),
              "output_tokens_details",
              Tree.of("reasoning_tokens", usage.reasoning()),
              "total_tokens",
              usage.input() + usage.output()));
    }
    return response;
  }

  private static List<ObjectNode> items(Said said) {
    List<ObjectNode> items = new ArrayList<>();
    if (!said.thought().isEmpty() || !said.signature().isEmpty()) {
      items.add(
          Tree.of(
              "type",
              "reasoning",
              "id",
              "rs_judge",
              "summary",
              said.thought().isEmpty()
                  ? Tree.list()
                  : Tree.list(Tree.of("type", "summary_text", "text", said.thought())),
              "encrypted_content",
              said.signature().isEmpty() ? null : said.signature()));
    }
    if (!said.text().isEmpty()) {
      ObjectNode text =
          Tree.of("type", "output_text", "text", said.words(), "annotations", Tree.list());
      items.add(message("completed", Tree.list(text)));
    }
    for (Said.ToolCall call : said.calls()) {
      items.add(call(call, "completed", call.whole()));
    }
    return items;
  }

  private static ObjectNode message(String status, ArrayNode content) {
    return Tree.of(
        "type",
        "message",
        "id",
        "msg_judge",
        "status",
        status,
        "role",
        "assistant",
        "content",
        content);
  }

  private static ObjectNode call(Said.ToolCall call, String status, String arguments) {
    return Tree.of(
        "type",
        "function_call",
        "id",
        "fc_" + call.id(),
        "call_id",
        call.id(),
        "name",
        call.name(),
        "arguments",
        arguments,
        "status",
        status);
  }

  @Override
  public List<String> events(Said said) {
    ResponsesEvents events = new ResponsesEvents();
    events.add("response.created", "response", response("in_progress", null));
    events.add("response.in_progress", "response", response("in_progress", null));
    List<ObjectNode> items = items(said);
    int call = 0;
    for (int i = 0; i < items.size(); i++) {
      ObjectNode item = items.get(i);
      switch (Tree.text(item, "type")) {
        case "message" -> events.message(i, message("in_progress", Tree.list()), item, said.text());
        case "function_call" -> {
          Said.ToolCall made = said.calls().get(call);
          events.call(i, call(made, "in_progress", ""), item, made.arguments());
          call++;
        }
        default -> events.thought(i, item, said.thought());
      }
    }
    String status = status(said);
    events.add("response." + status, "response", answer(said));
    return events.all();
  }

  @Override
  public Optional<List<String>> inOne(Said said) {
    return Optional.empty();
  }

  @Override
  public ObjectNode picture(ObjectNode request, String base64) {
    ObjectNode item = (ObjectNode) request.at("/input/0");
    item.set(
        "content",
        Tree.list(
            Tree.of("type", "input_text", "text", "What is this?"),
            Tree.of("type", "input_image", "image_url", "data:image/png;base64," + base64)));
    return request;
  }

  @Override
  public ObjectNode error(int status, String message) {
    return Tree.of("error", Tree.of("message", message, "type", "server_error", "code", "judge"));
  }

  @Override
  public String errorEvent(String message) {
    ObjectNode error =
        Tree.of("type", "error", "code", "server_error", "message", message, "sequence_number", 9);
    return "event: error\ndata: " + error + "\n\n";
  }

  @Override
  public Heard readAnswer(JsonNode answer) {
    HeardSoFar heard = new HeardSoFar();
    readWhole(heard, answer);
    heard.ended = true;
    return heard.heard();
  }

  private static void readWhole(HeardSoFar heard, JsonNode answer) {
    heard.fault(!answer.path("output").isArray(), "no output");
    int index = 0;
    for (JsonNode item : answer.path("output")) {
      switch (Tree.text(item, "type")) {
        case "message" ->
            item.path("content").forEach(part -> heard.text.append(Tree.text(part, "text")));
        case "reasoning" ->
            item.path("summary").forEach(part -> heard.thought.append(Tree.text(part, "text")));
        case "function_call" -> {
          HeardSoFar.Call call = heard.call(index);
          call.id = Tree.text(item, "call_id");
          call.name = Tree.text(item, "name");
          call.arguments.setLength(0);
          call.arguments.append(Tree.text(item, "arguments"));
        }
        default -> heard.fault(true, "an item of an unknown type: " + Tree.text(item, "type"));
      }
      index++;
    }
    heard.stop = readStop(answer, !heard.calls.isEmpty());
    heard.usage = readUsage(answer.path("usage"));
  }

  private static Said.@Nullable Stop readStop(JsonNode answer, boolean called) {
    return switch (Tree.text(answer, "status")) {
      case "completed" -> called ? Said.Stop.TOOLS : Said.Stop.END;
      case "incomplete" ->
          Tree.text(answer.path("incomplete_details"), "reason").equals("max_output_tokens")
              ? Said.Stop.LENGTH
              : Said.Stop.OTHER;
      default -> null;
    };
  }

  private static Said.@Nullable Usage readUsage(JsonNode usage) {
    if (!usage.isObject()) {
      return null;
    }
    return new Said.Usage(
        usage.path("input_tokens").asInt(),
        usage.at("/input_tokens_details/cached_tokens").asInt(),
        0,
        usage.path("output_tokens").asInt(),
        usage.at("/output_tokens_details/reasoning_tokens").asInt());
  }

  @Override
  public Heard readEvents(List<SentEvent> events) {
    return new ResponsesReading(ResponsesForm::readWhole).read(events);
  }

  @Override
  public Optional<String> readError(JsonNode body) {
    JsonNode error = body.path("error");
    String message = Tree.text(error, "message");
    return error.has("type") && !message.isEmpty() ? Optional.of(message) : Optional.empty();
  }

  @Override
  public List<List<String>> resultGroups(JsonNode request) {
    List<List<String>> groups = new ArrayList<>();
    boolean open = false;
    for (JsonNode item : request.path("input")) {
      boolean result = Tree.text(item, "type").equals("function_call_output");
      if (result && !open) {
        groups.add(new ArrayList<>());
      }
      if (result) {
        groups.getLast().add(Tree.text(item, "call_id"));
      }
      open = result;
    }
    return groups;
  }

  @Override
  public List<JsonNode> repeatedArguments(JsonNode request) {
    List<JsonNode> arguments = new ArrayList<>();
    for (JsonNode item : request.path("input")) {
      if (Tree.text(item, "type").equals("function_call")) {
        arguments.add(Tree.read(Tree.text(item, "arguments")));
      }
    }
    return arguments;
  }

  @Override
  public JsonNode toolSchema(JsonNode request) {
    return request.at("/tools/0/parameters");
  }

  @Override
  public boolean asksStream(String target, JsonNode request) {
    return request.path("stream").asBoolean();
  }

  @Override
  public ObjectNode models() {
    return Wire.CHAT.form().models();
  }
}

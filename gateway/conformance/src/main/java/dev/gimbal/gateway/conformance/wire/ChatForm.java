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

/// OpenAI's chat completions.
final class ChatForm implements WireForm {
  private static final String ID = "chatcmpl-judge";

  @Override
  public String path(String model, boolean stream) {
    return "/v1/chat/completions";
  }

  @Override
  public boolean takes(String target) {
    return target.endsWith("/chat/completions")
        || target.endsWith("/embeddings")
        || target.endsWith("/audio/transcriptions");
  }

  @Override
  public Map<String, String> headers(String key) {
    return Map.of("authorization", "Bearer " + key);
  }

  @Override
  public ObjectNode request(Ask ask) {
    ArrayNode messages = Tree.list();
    if (ask.system() != null) {
      messages.add(Tree.of("role", "system", "content", ask.system()));
    }
    messages.add(Tree.of("role", "user", "content", ask.question()));
    past(ask, messages);
    return Tree.of(
        "model",
        ask.model(),
        "messages",
        messages,
        "max_tokens",
        300,
        "tools",
        ask.tool() ? Tree.list(tool()) : null,
        "response_format",
        ask.schema() == null
            ? null
            : Tree.of(
                "type",
                "json_schema",
                "json_schema",
                Tree.of("name", "place", "strict", true, "schema", ask.schema())),
        "stream",
        ask.stream() ? true : null,
        "stream_options",
        ask.stream() && ask.usage() ? Tree.of("include_usage", true) : null);
  }

  private static ObjectNode tool() {
    ObjectNode function =
        Tree.of("name", "clock", "description", "tells the time", "parameters", Ask.clock());
    return Tree.of("type", "function", "function", function);
  }

  private static void past(Ask ask, ArrayNode messages) {
    if (ask.past().isEmpty()) {
      return;
    }
    ArrayNode calls = Tree.list();
    for (Ask.Past call : ask.past()) {
      ObjectNode function = Tree.of("name", "clock", "arguments", call.arguments());
      calls.add(Tree.of("id", call.id(), "type", "function", "function", function));
    }
    ObjectNode turn = Tree.of("role", "assistant", "content", NullNode.getInstance());
    messages.add(turn.set("tool_calls", calls));
    for (Ask.Past call : ask.past()) {
      messages.add(result(call.id(), call.result()));
    }
  }

  private static ObjectNode result(String id, String result) {
    return Tree.of("role", "tool", "tool_call_id", id, "content", result);
  }

  @Override
  public ObjectNode followUp(ObjectNode request, JsonNode answer, String result) {
    ObjectNode next = request.deepCopy();
    ArrayNode messages = next.withArray("messages");
    JsonNode message = answer.at("/choices/0/message");
    messages.add(message);
    for (JsonNode call : message.path("tool_calls")) {
      messages.add(result(Tree.text(call, "id"), result));
    }
    if (message.path("tool_calls").isEmpty()) {
      messages.add(Tree.of("role", "user", "content", result));
    }
    return next;
  }

  @Override
  public ObjectNode answer(Said said) {
    ArrayNode calls = Tree.list();
    for (Said.ToolCall call : said.calls()) {
      ObjectNode function = Tree.of("name", call.name(), "arguments", call.whole());
      calls.add(Tree.of("id", call.id(), "type", "function", "function", function));
    }
    JsonNode content =
        said.text().isEmpty() ? NullNode.getInstance() : Tree.list(said.words()).get(0);
    ObjectNode message =
        Tree.of(
            "role",
            "assistant",
            "content",
            content,
            "reasoning_content",
            said.thought().isEmpty() ? null : said.thought(),
            "tool_calls",
            calls.isEmpty() ? null : calls);
    ObjectNode choice = Tree.of("index", 0, "message", message, "finish_reason", stop(said.stop()));
    return Tree.of(
        "id",
        ID,
        "object",
        "chat.completion",
        "created",
        1_760_000_000,
        "model",
        "model",
        "choices",
        Tree.list(choice),
        "usage",
        usage(said.usage()));
  }

  private static String stop(Said.Stop stop) {
    return switch (stop) {
      case END -> "stop";
      case LENGTH -> "length";
      case TOOLS -> "tool_calls";
      case OTHER -> "content_filter";
    };
  }

  private static @Nullable ObjectNode usage(Said.@Nullable Usage usage) {
    if (usage == null) {
      return null;
    }
    return Tree.of(
        "prompt_tokens",
        usage.input(),
        "completion_tokens",
        usage.output(),
        "total_tokens",
        usage.input() + usage.output(),
        "prompt_tokens_details",
        Tree.of("cached_tokens", usage.cached()),
        "completion_tokens_details",
        Tree.of("reasoning_tokens", usage.reasoning()));
  }

  @Override
  public List<String> events(Said said) {
    List<String> events = new ArrayList<>();
    events.add(delta(Tree.of("role", "assistant", "content", "")));
    if (!said.thought().isEmpty()) {
      events.add(delta(Tree.of("reasoning_content", said.thought())));
    }
    for (String piece : said.text()) {
      events.add(delta(Tree.of("content", piece)));
    }
    for (int i = 0; i < said.calls().size(); i++) {
      Said.ToolCall call = said.calls().get(i);
      ObjectNode named = Tree.of("name", call.name(), "arguments", "");
      events.add(toolDelta(i, Tree.of("id", call.id(), "type", "function", "function", named)));
      for (String piece : call.arguments()) {
        events.add(toolDelta(i, Tree.of("function", Tree.of("arguments", piece))));
      }
    }
    events.add(event(chunk(Tree.of(), stop(said.stop()), null)));
    if (said.usage() != null) {
      events.add(usageEvent(said.usage()));
    }
    events.add("data: [DONE]\n\n");
    return events;
  }

  private static String toolDelta(int index, ObjectNode call) {
    ObjectNode indexed = Tree.of("index", index);
    indexed.setAll(call);
    return delta(Tree.of("tool_calls", Tree.list(indexed)));
  }

  private static String delta(ObjectNode delta) {
    return event(chunk(delta, null, null));
  }

  /// A chunk of a stream.
  private static ObjectNode chunk(
      ObjectNode delta, @Nullable String finish, Said.@Nullable Usage usage) {
    ObjectNode choice = Tree.of("index", 0, "delta", delta);
    choice.put("finish_reason", finish);
    return Tree.of(
        "id",
        ID,
        "object",
        "chat.completion.chunk",
        "created",
        1_760_000_000,
        "model",
        "model",
        "choices",
        Tree.list(choice),
        "usage",
        usage(usage));
  }

  private static String event(JsonNode data) {
    return "data: " + data + "\n\n";
  }

  private static String usageEvent(Said.Usage usage) {
    ObjectNode chunk = chunk(Tree.of(), null, usage);
    chunk.set("choices", Tree.list());
    return event(chunk);
  }

  @Override
  public Optional<List<String>> inOne(Said said) {
    ObjectNode delta = Tree.of("role", "assistant", "content", said.words());
    String one = event(chunk(delta, stop(said.stop()), said.usage()));
    return Optional.of(List.of(one, "data: [DONE]\n\n"));
  }

  @Override
  public ObjectNode picture(ObjectNode request, String base64) {
    ObjectNode url = Tree.of("url", "data:image/png;base64," + base64);
    ObjectNode message = (ObjectNode) request.at("/messages/0");
    message.set(
        "content",
        Tree.list(
            Tree.of("type", "text", "text", "What is this?"),
            Tree.of("type", "image_url", "image_url", url)));
    return request;
  }

  @Override
  public ObjectNode error(int status, String message) {
    return Tree.of("error", Tree.of("message", message, "type", "server_error", "code", "judge"));
  }

  @Override
  public String errorEvent(String message) {
    return event(error(500, message));
  }

  @Override
  public Heard readAnswer(JsonNode answer) {
    HeardSoFar heard = new HeardSoFar();
    heard.ended = true;
    JsonNode choice = answer.at("/choices/0");
    heard.fault(!choice.isObject(), "no choices[0]");
    heard.fault(choice.path("index").asInt(-1) != 0, "choices[0].index is not 0");
    JsonNode message = choice.path("message");
    heard.text.append(Tree.text(message, "content"));
    heard.thought.append(Tree.text(message, "reasoning_content"));
    int index = 0;
    for (JsonNode made : message.path("tool_calls")) {
      readCall(heard.call(index), made);
      index++;
    }
    heard.stop = readStop(choice);
    heard.usage = readUsage(answer);
    return heard.heard();
  }

  private static void readCall(HeardSoFar.Call call, JsonNode made) {
    if (made.hasNonNull("id") && call.id.isEmpty()) {
      call.id = Tree.text(made, "id");
    }
    call.name += Tree.text(made.path("function"), "name");
    call.arguments.append(Tree.text(made.path("function"), "arguments"));
  }

  private static Said.@Nullable Stop readStop(JsonNode choice) {
    return switch (Tree.text(choice, "finish_reason")) {
      case "" -> null;
      case "stop" -> Said.Stop.END;
      case "length" -> Said.Stop.LENGTH;
      case "tool_calls" -> Said.Stop.TOOLS;
      default -> Said.Stop.OTHER;
    };
  }

  private static Said.@Nullable Usage readUsage(JsonNode answer) {
    JsonNode usage = answer.path("usage");
    if (!usage.isObject()) {
      return null;
    }
    return new Said.Usage(
        usage.path("prompt_tokens").asInt(),
        usage.at("/prompt_tokens_details/cached_tokens").asInt(),
        0,
        usage.path("completion_tokens").asInt(),
        usage.at("/completion_tokens_details/reasoning_tokens").asInt());
  }

  @Override
  public Heard readEvents(List<SentEvent> events) {
    HeardSoFar heard = new HeardSoFar();
    for (SentEvent event : events) {
      if (event.comment()) {
        continue;
      }
      heard.fault(heard.ended, "an event behind [DONE]: " + event.data());
      if (event.data().equals("[DONE]")) {
        heard.ended = true;
      } else if (event.json().has("error")) {
        heard.error = readError(event.json()).orElse("an error of another shape");
      } else {
        readChunk(heard, event.json());
      }
    }
    return heard.heard();
  }

  private static void readChunk(HeardSoFar heard, JsonNode chunk) {
    heard.fault(!chunk.path("choices").isArray(), "an event without choices");
    for (JsonNode choice : chunk.path("choices")) {
      heard.fault(choice.path("index").asInt(-1) != 0, "choices[].index is not 0");
      JsonNode delta = choice.path("delta");
      heard.text.append(Tree.text(delta, "content"));
      heard.thought.append(Tree.text(delta, "reasoning_content"));
      for (JsonNode made : delta.path("tool_calls")) {
        int index = made.path("index").asInt(-1);
        boolean dense = index >= 0 && index <= heard.calls.size();
        heard.fault(!dense, "tool_calls[].index is " + made.path("index"));
        readCall(heard.call(Math.max(index, 0)), made);
      }
      Said.Stop stop = readStop(choice);
      heard.stop = stop == null ? heard.stop : stop;
    }
    Said.Usage usage = readUsage(chunk);
    heard.usage = usage == null ? heard.usage : usage;
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
    for (JsonNode message : request.path("messages")) {
      boolean result = Tree.text(message, "role").equals("tool");
      if (result && !open) {
        groups.add(new ArrayList<>());
      }
      if (result) {
        groups.getLast().add(Tree.text(message, "tool_call_id"));
      }
      open = result;
    }
    return groups;
  }

  @Override
  public List<JsonNode> repeatedArguments(JsonNode request) {
    List<JsonNode> arguments = new ArrayList<>();
    for (JsonNode message : request.path("messages")) {
      for (JsonNode call : message.path("tool_calls")) {
        arguments.add(Tree.read(Tree.text(call.path("function"), "arguments")));
      }
    }
    return arguments;
  }

  @Override
  public JsonNode toolSchema(JsonNode request) {
    return request.at("/tools/0/function/parameters");
  }

  @Override
  public boolean asksStream(String target, JsonNode request) {
    return request.path("stream").asBoolean();
  }

  @Override
  public ObjectNode models() {
    ArrayNode data = Tree.list();
    for (String name : List.of("model", "other")) {
      data.add(Tree.of("id", name, "object", "model", "created", 1, "owned_by", "judge"));
    }
    return Tree.of("object", "list", "data", data);
  }
}

package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gemini's generateContent, v1beta, streams as events.
final class GeminiForm implements WireForm {

  @Override
  public String path(String model, boolean stream) {
    String verb = stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
    return "/v1beta/models/" + model + verb;
  }

  @Override
  public boolean takes(String target) {
    return target.contains(":generateContent") || target.contains(":streamGenerateContent");
  }

  @Override
  public Map<String, String> headers(String key) {
    return Map.of("x-goog-api-key", key);
  }

  @Override
  public ObjectNode request(Ask ask) {
    ArrayNode contents = Tree.list(turn("user", text(ask.question())));
    if (!ask.past().isEmpty()) {
      ArrayNode calls = Tree.list();
      ArrayNode results = Tree.list();
      for (Ask.Past call : ask.past()) {
        JsonNode args = Tree.read(call.arguments());
        calls.add(Tree.of("functionCall", Tree.of("id", call.id(), "name", "clock", "args", args)));
        results.add(result(call.id(), "clock", call.result()));
      }
      contents.add(Tree.of("role", "model", "parts", calls));
      contents.add(Tree.of("role", "user", "parts", results));
    }
    ObjectNode generation = Tree.of("maxOutputTokens", 300);
    if (ask.schema() != null) {
      generation.put("responseMimeType", "application/json");
      generation.set("responseJsonSchema", ask.schema());
    }
    return Tree.of(
        "systemInstruction",
        ask.system() == null ? null : Tree.of("parts", Tree.list(text(ask.system()))),
        "contents",
        contents,
        "generationConfig",
        generation,
        "tools",
        ask.tool() ? Tree.list(Tree.of("functionDeclarations", Tree.list(tool()))) : null);
  }

  private static ObjectNode turn(String role, ObjectNode part) {
    return Tree.of("role", role, "parts", Tree.list(part));
  }

  private static ObjectNode text(String words) {
    return Tree.of("text", words);
  }

  private static ObjectNode tool() {
    return Tree.of(
        "name", "clock", "description", "tells the time", "parametersJsonSchema", Ask.clock());
  }

  private static ObjectNode result(@Nullable String id, String name, String result) {
    ObjectNode response = Tree.of("result", result);
    return Tree.of("functionResponse", Tree.of("id", id, "name", name, "response", response));
  }

  @Override
  public ObjectNode followUp(ObjectNode request, JsonNode answer, String result) {
    ObjectNode next = request.deepCopy();
    ArrayNode contents = next.withArray("contents");
    JsonNode content = answer.at("/candidates/0/content");
    contents.add(content);
    ArrayNode results = Tree.list();
    for (JsonNode part : content.path("parts")) {
      JsonNode call = part.path("functionCall");
      if (call.isObject()) {
        String id = Tree.text(call, "id");
        results.add(result(id.isEmpty() ? null : id, Tree.text(call, "name"), result));
      }
    }
    contents.add(
        results.isEmpty() ? turn("user", text(result)) : Tree.of("role", "user", "parts", results));
    return next;
  }

  @Override
  public ObjectNode answer(Said said) {
    ArrayNode parts = Tree.list();
    if (!said.thought().isEmpty()) {
      parts.add(Tree.of("text", said.thought(), "thought", true));
    }
    if (!said.text().isEmpty()) {
      ObjectNode text = text(said.words());
      parts.add(said.calls().isEmpty() ? signed(text, said) : text);
    }
    for (int i = 0; i < said.calls().size(); i++) {
      ObjectNode call = call(said.calls().get(i));
      parts.add(i == 0 ? signed(call, said) : call);
    }
    return chunk(parts, said.stop(), said.usage());
  }

  /// A signature stands on the first call, or on the text where nothing is called.
  private static ObjectNode signed(ObjectNode part, Said said) {
    return said.signature().isEmpty() ? part : part.put("thoughtSignature", said.signature());
  }

  private static ObjectNode call(Said.ToolCall call) {
    JsonNode args = Tree.read(call.whole());
    return Tree.of("functionCall", Tree.of("id", call.id(), "name", call.name(), "args", args));
  }

  private static ObjectNode chunk(
      ArrayNode parts, Said.@Nullable Stop stop, Said.@Nullable Usage usage) {
    ObjectNode candidate =
        Tree.of(
            "content",
            Tree.of("parts", parts, "role", "model"),
            "finishReason",
            stop == null ? null : stop(stop),
            "index",
            0);
    return Tree.of(
        "candidates",
        Tree.list(candidate),
        "usageMetadata",
        usage(usage),
        "modelVersion",
        "model",
        "responseId",
        "judge");
  }

  private static String stop(Said.Stop stop) {
    return switch (stop) {
      case END, TOOLS -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case OTHER -> "SAFETY";
    };
  }

  private static @Nullable ObjectNode usage(Said.@Nullable Usage usage) {
    if (usage == null) {
      return null;
    }
    return Tree.of(
        "promptTokenCount",
        usage.input(),
        "candidatesTokenCount",
        usage.output() - usage.reasoning(),
        "totalTokenCount",
        usage.input() + usage.output(),
        "cachedContentTokenCount",
        usage.cached() == 0 ? null : usage.cached(),
        "thoughtsTokenCount",
        usage.reasoning() == 0 ? null : usage.reasoning());
  }

  @Override
  public List<String> events(Said said) {
    List<ObjectNode> parts = new ArrayList<>();
    if (!said.thought().isEmpty()) {
      parts.add(Tree.of("text", said.thought(), "thought", true));
    }
    said.text().forEach(piece -> parts.add(text(piece)));
    for (int i = 0; i < said.calls().size(); i++) {
      ObjectNode call = call(said.calls().get(i));
      parts.add(i == 0 ? signed(call, said) : call);
    }
    if (said.calls().isEmpty() && !said.signature().isEmpty()) {
      parts.add(signed(text(""), said));
    }
    List<String> events = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      events.add(
          event(
              chunk(
                  Tree.list(parts.get(i)), last ? said.stop() : null, last ? said.usage() : null)));
    }
    return events;
  }

  private static String event(JsonNode data) {
    return "data: " + data + "\r\n\r\n";
  }

  @Override
  public Optional<List<String>> inOne(Said said) {
    return Optional.of(
        List.of(event(chunk(Tree.list(text(said.words())), said.stop(), said.usage()))));
  }

  @Override
  public ObjectNode picture(ObjectNode request, String base64) {
    ObjectNode data = Tree.of("mimeType", "image/png", "data", base64);
    ObjectNode turn = (ObjectNode) request.at("/contents/0");
    turn.set("parts", Tree.list(text("What is this?"), Tree.of("inlineData", data)));
    return request;
  }

  @Override
  public ObjectNode error(int status, String message) {
    return Tree.of("error", Tree.of("code", status, "message", message, "status", "INTERNAL"));
  }

  @Override
  public String errorEvent(String message) {
    return event(error(503, message));
  }

  @Override
  public Heard readAnswer(JsonNode answer) {
    HeardSoFar heard = new HeardSoFar();
    readChunk(heard, answer);
    heard.ended = true;
    return heard.heard();
  }

  @Override
  public Heard readEvents(List<SentEvent> events) {
    HeardSoFar heard = new HeardSoFar();
    for (SentEvent event : events) {
      if (event.comment()) {
        continue;
      }
      JsonNode data = event.json();
      heard.fault(!data.isObject(), "an event that is not JSON: " + event.data());
      if (data.has("error")) {
        heard.error = readError(data).orElse("an error of another shape");
      } else {
        readChunk(heard, data);
      }
    }
    heard.ended = heard.stop != null;
    return heard.heard();
  }

  private static void readChunk(HeardSoFar heard, JsonNode chunk) {
    JsonNode candidate = chunk.at("/candidates/0");
    for (JsonNode part : candidate.at("/content/parts")) {
      if (part.path("thought").asBoolean()) {
        heard.thought.append(Tree.text(part, "text"));
      } else {
        heard.text.append(Tree.text(part, "text"));
      }
      JsonNode made = part.path("functionCall");
      if (made.isObject()) {
        HeardSoFar.Call call = heard.call(heard.calls.size());
        call.id = Tree.text(made, "id");
        call.name = Tree.text(made, "name");
        call.arguments.append(made.path("args"));
      }
    }
    Said.Stop stop = readStop(Tree.text(candidate, "finishReason"), !heard.calls.isEmpty());
    heard.stop = stop == null ? heard.stop : stop;
    JsonNode usage = chunk.path("usageMetadata");
    if (usage.isObject()) {
      int thoughts = usage.path("thoughtsTokenCount").asInt();
      heard.usage =
          new Said.Usage(
              usage.path("promptTokenCount").asInt(),
              usage.path("cachedContentTokenCount").asInt(),
              0,
              usage.path("candidatesTokenCount").asInt() + thoughts,
              thoughts);
    }
  }

  private static Said.@Nullable Stop readStop(String reason, boolean called) {
    return switch (reason) {
      case "" -> null;
      case "STOP" -> called ? Said.Stop.TOOLS : Said.Stop.END;
      case "MAX_TOKENS" -> Said.Stop.LENGTH;
      default -> Said.Stop.OTHER;
    };
  }

  @Override
  public Optional<String> readError(JsonNode body) {
    JsonNode error = body.path("error");
    String message = Tree.text(error, "message");
    boolean shaped = error.path("code").isInt() && !Tree.text(error, "status").isEmpty();
    return shaped && !message.isEmpty() ? Optional.of(message) : Optional.empty();
  }

  @Override
  public List<List<String>> resultGroups(JsonNode request) {
    List<List<String>> groups = new ArrayList<>();
    for (JsonNode content : request.path("contents")) {
      List<String> group = new ArrayList<>();
      for (JsonNode part : content.path("parts")) {
        if (part.has("functionResponse")) {
          group.add(Tree.text(part.path("functionResponse"), "id"));
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
    for (JsonNode content : request.path("contents")) {
      for (JsonNode part : content.path("parts")) {
        if (part.has("functionCall")) {
          arguments.add(part.at("/functionCall/args"));
        }
      }
    }
    return arguments;
  }

  @Override
  public JsonNode toolSchema(JsonNode request) {
    JsonNode tool = request.at("/tools/0/functionDeclarations/0");
    return tool.has("parametersJsonSchema")
        ? tool.path("parametersJsonSchema")
        : tool.path("parameters");
  }

  @Override
  public boolean asksStream(String target, JsonNode request) {
    return target.contains(":streamGenerateContent");
  }

  @Override
  public ObjectNode models() {
    ArrayNode models = Tree.list();
    for (String name : List.of("model", "other")) {
      models.add(
          Tree.of(
              "name",
              "models/" + name,
              "displayName",
              name,
              "supportedGenerationMethods",
              List.of("generateContent", "streamGenerateContent")));
    }
    return Tree.of("models", models);
  }
}

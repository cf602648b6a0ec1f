package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `messages`. Neighbouring results of tools and what the user says behind them are one turn,
/// as they are where a turn may hold both.
final class MessageReader {
  /// What answers carry and clients send back.
  private static final Set<String> ECHOED =
      Set.of("annotations", "provider_specific_fields", "extra_content");

  private final Fields call;
  private final List<Leftover> leftovers;
  private final ContentReader content;
  private final List<Part> system = new ArrayList<>();
  private final List<ModelRequest.Turn> turns = new ArrayList<>();
  private final Map<String, String> toolNames = new HashMap<>();
  private List<Part> results = new ArrayList<>();

  MessageReader(Fields call, List<Leftover> leftovers) {
    this.call = call;
    this.leftovers = leftovers;
    this.content = new ContentReader(leftovers);
  }

  List<Part> system() {
    return system;
  }

  List<ModelRequest.Turn> turns() {
    return turns;
  }

  void read() {
    List<JsonNode> messages = call.list("messages");
    if (messages.isEmpty()) {
      throw new DialectException("messages", "must be a list of at least one message");
    }
    for (int i = 0; i < messages.size(); i++) {
      Fields message = Fields.of(messages.get(i), "messages[" + i + "]");
      message(message, message.requiredText("role"));
      message.leave(leftovers, ECHOED);
    }
    closeResults();
  }

  private void message(Fields message, String role) {
    switch (role) {
      case "system", "developer" -> system(message);
      case "user" -> user(message);
      case "assistant" -> assistant(message);
      case "tool" -> results.add(result(message));
      case "function" -> {
        // the form before tools: its results name no call
        message.take("content");
        message.take("name");
        leftovers.add(new Leftover(message.path(), false));
      }
      default ->
          throw new DialectException(
              message.path("role"), "must be system, developer, user, assistant or tool");
    }
  }

  private void system(Fields message) {
    List<Part> parts = marked(message, content.read(message, false));
    closeResults();
    if (turns.isEmpty()) {
      system.addAll(parts);
    } else {
      turns.add(new ModelRequest.Turn(ModelRequest.Role.SYSTEM, parts));
    }
  }

  private void user(Fields message) {
    List<Part> parts = new ArrayList<>(results);
    results = new ArrayList<>();
    parts.addAll(marked(message, content.read(message, true)));
    turns.add(new ModelRequest.Turn(ModelRequest.Role.USER, parts));
  }

  private void closeResults() {
    if (!results.isEmpty()) {
      turns.add(new ModelRequest.Turn(ModelRequest.Role.USER, results));
      results = new ArrayList<>();
    }
  }

  private Part result(Fields message) {
    String callId = message.requiredText("tool_call_id");
    String name = message.text("name");
    return new Part.ToolResult(
        callId,
        name == null ? toolNames.get(callId) : name,
        content.read(message, false),
        false,
        ContentReader.mark(message, leftovers));
  }

  private void assistant(Fields message) {
    closeResults();
    List<Part> parts = new ArrayList<>(Thoughts.read(message, leftovers));
    parts.addAll(content.read(message, false));
    String refusal = message.text("refusal");
    if (refusal != null) {
      parts.add(new Part.Refusal(refusal));
    }
    List<JsonNode> images = message.list("images");
    for (int i = 0; i < images.size(); i++) {
      parts.add(content.picture(Fields.of(images.get(i), message.path("images") + "[" + i + "]")));
    }
    List<JsonNode> calls = message.list("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      Part call = call(Fields.of(calls.get(i), message.path("tool_calls") + "[" + i + "]"));
      if (call != null) {
        parts.add(call);
      }
    }
    turns.add(new ModelRequest.Turn(ModelRequest.Role.ASSISTANT, marked(message, parts)));
  }

  private @Nullable Part call(Fields tool) {
    String type = tool.text("type");
    if (type != null && !type.equals("function")) {
      leftovers.add(new Leftover(tool.path(), false));
      return null;
    }
    Fields function = tool.requiredObject("function");
    String id = tool.requiredText("id");
    String name = function.requiredText("name");
    String arguments = function.text("arguments");
    function.leave(leftovers, Set.of());
    toolNames.put(id, name);
    Part call =
        new Part.ToolCall(
            id,
            name,
            arguments == null ? "{}" : arguments,
            signature(tool),
            ContentReader.mark(tool, leftovers));
    // clients send back where a call stood in a stream
    tool.leave(leftovers, Set.of("index", "provider_specific_fields"));
    return call;
  }

  private @Nullable String signature(Fields tool) {
    Fields extra = tool.object("extra_content");
    Fields google = extra == null ? null : extra.object("google");
    String signature = google == null ? null : google.text("thought_signature");
    if (google != null) {
      google.leave(leftovers, Set.of());
    }
    if (extra != null) {
      extra.leave(leftovers, Set.of());
    }
    return signature;
  }

  /// A mark on the message stands behind its last part.
  private List<Part> marked(Fields message, List<Part> parts) {
    Part.CacheMark mark = ContentReader.mark(message, leftovers);
    if (mark == null) {
      return parts;
    }
    List<Part> marked = new ArrayList<>(parts);
    switch (parts.isEmpty() ? null : parts.getLast()) {
      case Part.Text text -> marked.set(parts.size() - 1, new Part.Text(text.text(), mark));
      case Part.Media media ->
          marked.set(
              parts.size() - 1,
              new Part.Media(media.kind(), media.source(), media.name(), media.detail(), mark));
      case Part.ToolCall tool ->
          marked.set(
              parts.size() - 1,
              new Part.ToolCall(tool.id(), tool.name(), tool.arguments(), tool.signature(), mark));
      case null, default -> leftovers.add(new Leftover(message.path("cache_control"), true));
    }
    return marked;
  }
}

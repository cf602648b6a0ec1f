package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest.Role;
import dev.gimbal.gateway.dialect.ModelRequest.Turn;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the input: items of both sides in a row, made into turns. What an assistant says in
/// several items is one turn; results of tools and the message behind them are one, too.
final class InputReader {
  private final List<Leftover> leftovers;
  private final ContentReader content;
  private final List<Part> system;
  private final List<Turn> turns = new ArrayList<>();
  private final Map<String, String> toolNames = new HashMap<>();
  private @Nullable String callSignature;

  /// @param system where the instructions in front of all turns are added
  InputReader(List<Leftover> leftovers, List<Part> system) {
    this.leftovers = leftovers;
    this.content = new ContentReader(leftovers);
    this.system = system;
  }

  List<Turn> read(@Nullable JsonNode input) {
    if (input == null) {
      throw new DialectException("input", "is missing");
    }
    if (input.isTextual()) {
      return List.of(new Turn(Role.USER, List.of(new Part.Text(input.textValue()))));
    }
    if (!input.isArray()) {
      throw new DialectException("input", "must be a string or a list of items");
    }
    for (int i = 0; i < input.size(); i++) {
      item(Fields.of(input.get(i), "input[" + i + "]", leftovers));
    }
    return turns;
  }

  private void item(Fields item) {
    String type = item.text("type");
    boolean known =
        switch (type == null ? "message" : type) {
          case "message" -> message(item);
          case "function_call" -> call(item);
          case "function_call_output" -> result(item);
          case "reasoning" -> reasoning(item);
          case Nodes.IMAGE -> picture(item);
          default -> false;
        };
    if (known) {
      item.done();
    } else {
      leftovers.add(new Leftover(item.path(), false));
    }
  }

  private boolean message(Fields item) {
    String role = item.required("role");
    item.silent("id", "status");
    item.harmless("phase");
    List<Part> parts = content.read(item.take("content"), item.path("content"));
    switch (role) {
      case "user" -> user(parts);
      case "assistant" -> assistant(parts);
      case "system", "developer" -> {
        if (turns.isEmpty()) {
          system.addAll(parts);
        } else {
          turns.add(new Turn(Role.SYSTEM, parts));
        }
      }
      default ->
          throw new DialectException(
              item.path("role"), "must be user, assistant, system or developer");
    }
    return true;
  }

  private void user(List<Part> parts) {
    Turn last = last(Role.USER);
    if (last != null && last.parts().getLast() instanceof Part.ToolResult) {
      extend(last, parts);
    } else {
      turns.add(new Turn(Role.USER, parts));
    }
  }

  private void assistant(List<Part> parts) {
    Turn last = last(Role.ASSISTANT);
    if (last == null) {
      turns.add(new Turn(Role.ASSISTANT, parts));
    } else {
      extend(last, parts);
    }
  }

  private @Nullable Turn last(Role role) {
    if (turns.isEmpty() || turns.getLast().role() != role || turns.getLast().parts().isEmpty()) {
      return null;
    }
    return turns.getLast();
  }

  private void extend(Turn turn, List<Part> parts) {
    List<Part> all = new ArrayList<>(turn.parts());
    all.addAll(parts);
    turns.set(turns.size() - 1, new Turn(turn.role(), all));
  }

  /// A picture that a model made; one that only the vendor has cannot be shown.
  private boolean picture(Fields item) {
    String base64 = item.text("result");
    if (base64 == null || base64.isEmpty()) {
      return false;
    }
    String format = item.text("output_format");
    item.silent("id", "status", "action", "background", "quality", "revised_prompt", "size");
    assistant(List.of(Nodes.image(base64, format)));
    return true;
  }

  private boolean call(Fields item) {
    item.silent("id", "status");
    item.harmful("namespace");
    direct(item);
    String id = item.required("call_id");
    String name = item.required("name");
    toolNames.put(id, name);
    assistant(
        List.of(new Part.ToolCall(id, name, item.required("arguments"), callSignature, null)));
    callSignature = null;
    return true;
  }

  private boolean result(Fields item) {
    item.silent("id", "status");
    item.harmful("namespace");
    direct(item);
    String id = item.required("call_id");
    String said = item.text("name");
    List<Part> output = content.read(item.take("output"), item.path("output"));
    Part result =
        new Part.ToolResult(id, said == null ? toolNames.get(id) : said, output, false, null);
    Turn last = last(Role.USER);
    if (last == null) {
      turns.add(new Turn(Role.USER, List.of(result)));
    } else {
      extend(last, List.of(result));
    }
    return true;
  }

  /// Who called: the model itself, or a program of the vendor's that no other provider has.
  private static void direct(Fields item) {
    JsonNode caller = item.take("caller");
    if (caller != null && !"direct".equals(Nodes.text(caller, "type"))) {
      item.harmful("caller");
    }
  }

  private boolean reasoning(Fields item) {
    String id = item.text("id");
    item.silent("status");
    List<Part> thoughts = new ArrayList<>();
    thoughts(item, "summary", thoughts);
    thoughts(item, "content", thoughts);
    Sealed sealed = Sealed.read(item.text("encrypted_content"));
    if (sealed != null && sealed.kind() == Sealed.Kind.CALL) {
      callSignature = sealed.data();
    } else {
      Thoughts.seal(thoughts, id, sealed);
    }
    if (!thoughts.isEmpty()) {
      assistant(thoughts);
    } else if (sealed == null) {
      // Only the vendor knows what was thought here.
      leftovers.add(new Leftover(item.path(), true));
    }
    return true;
  }

  private void thoughts(Fields item, String name, List<Part> to) {
    JsonNode list = item.list(name);
    for (int i = 0; i < list.size(); i++) {
      Fields thought = Fields.of(list.get(i), item.path(name) + "[" + i + "]", leftovers);
      thought.silent("type");
      to.add(new Part.Thinking(thought.required("text"), null));
      thought.done();
    }
  }
}

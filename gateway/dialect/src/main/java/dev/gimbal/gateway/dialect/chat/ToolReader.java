package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the tools of a call and how they may be used.
final class ToolReader {
  private final Fields call;
  private final List<Leftover> leftovers;

  ToolReader(Fields call, List<Leftover> leftovers) {
    this.call = call;
    this.leftovers = leftovers;
  }

  List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    List<JsonNode> all = call.list("tools");
    for (int i = 0; i < all.size(); i++) {
      Fields tool = Fields.of(all.get(i), "tools[" + i + "]");
      String type = tool.text("type");
      if (type == null || type.equals("function")) {
        tools.add(function(tool, tool.requiredObject("function")));
      } else {
        leftovers.add(new Leftover(tool.path(), false));
      }
    }
    return tools;
  }

  private Tool function(Fields tool, Fields function) {
    Part.CacheMark outer = ContentReader.mark(tool, leftovers);
    Part.CacheMark inner = ContentReader.mark(function, leftovers);
    JsonNode schema = function.take("parameters");
    if (schema != null && !schema.isObject()) {
      throw new DialectException(function.path("parameters"), "must be an object");
    }
    Tool read =
        new Tool(
            function.requiredText("name"),
            function.text("description"),
            schema,
            function.flag("strict"),
            outer == null ? inner : outer);
    function.leave(leftovers, Set.of());
    tool.leave(leftovers, Set.of());
    return read;
  }

  ToolUse use() {
    Boolean parallel = call.flag("parallel_tool_calls");
    JsonNode choice = call.take("tool_choice");
    if (choice == null) {
      return parallel == null
          ? ToolUse.DEFAULT
          : new ToolUse(ToolUse.Choice.UNSAID, null, parallel);
    }
    return choice.isTextual()
        ? new ToolUse(word(choice.textValue()), null, parallel)
        : named(Fields.of(choice, "tool_choice"), parallel);
  }

  private static ToolUse.Choice word(String choice) {
    return switch (choice) {
      case "auto" -> ToolUse.Choice.AUTO;
      case "none" -> ToolUse.Choice.NONE;
      // Mistral's word is `any`
      case "required", "any" -> ToolUse.Choice.REQUIRED;
      default ->
          throw new DialectException("tool_choice", "must be auto, none, required or a function");
    };
  }

  private ToolUse named(Fields choice, @Nullable Boolean parallel) {
    if (!choice.requiredText("type").equals("function")) {
      leftovers.add(new Leftover("tool_choice", false));
      return new ToolUse(ToolUse.Choice.UNSAID, null, parallel);
    }
    Fields function = choice.requiredObject("function");
    String name = function.requiredText("name");
    function.leave(leftovers, Set.of());
    choice.leave(leftovers, Set.of());
    return new ToolUse(ToolUse.Choice.NAMED, name, parallel);
  }
}

package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import dev.gimbal.gateway.dialect.ToolUse.Choice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the tools of a call. Functions are the caller's own; all others are run by the vendor.
final class ToolReader {
  private final List<Leftover> leftovers;

  ToolReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  List<Tool> tools(Fields fields) {
    JsonNode list = fields.list("tools");
    List<Tool> tools = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Fields tool = Fields.of(list.get(i), "tools[" + i + "]", leftovers);
      if ("function".equals(tool.required("type"))) {
        tools.add(function(tool));
      } else {
        leftovers.add(new Leftover(tool.path(), false));
      }
    }
    return tools;
  }

  private static Tool function(Fields tool) {
    JsonNode schema = tool.take("parameters");
    if (schema != null && !schema.isObject()) {
      throw new DialectException(tool.path("parameters"), "must be an object");
    }
    if (Boolean.TRUE.equals(tool.flag("defer_loading"))) {
      tool.harmful("defer_loading");
    }
    JsonNode callers = tool.list("allowed_callers");
    for (JsonNode caller : callers) {
      if (!"direct".equals(caller.textValue())) {
        tool.harmful("allowed_callers");
        break;
      }
    }
    tool.harmless("output_schema", "cache_control");
    Tool function =
        new Tool(
            tool.required("name"), tool.text("description"), schema, tool.flag("strict"), null);
    tool.done();
    return function;
  }

  ToolUse use(Fields fields) {
    Boolean parallel = fields.flag("parallel_tool_calls");
    JsonNode choice = fields.take("tool_choice");
    if (choice == null) {
      return new ToolUse(Choice.UNSAID, null, parallel);
    }
    if (choice.isTextual()) {
      return new ToolUse(word(choice.textValue()), null, parallel);
    }
    return named(Fields.of(choice, "tool_choice", leftovers), parallel);
  }

  private static Choice word(String word) {
    return switch (word) {
      case "auto" -> Choice.AUTO;
      case "none" -> Choice.NONE;
      case "required" -> Choice.REQUIRED;
      default -> throw new DialectException("tool_choice", "must be auto, none or required");
    };
  }

  private ToolUse named(Fields choice, @Nullable Boolean parallel) {
    if (!"function".equals(choice.required("type"))) {
      leftovers.add(new Leftover("tool_choice", false));
      return new ToolUse(Choice.UNSAID, null, parallel);
    }
    ToolUse use = new ToolUse(Choice.NAMED, choice.required("name"), parallel);
    choice.done();
    return use;
  }
}

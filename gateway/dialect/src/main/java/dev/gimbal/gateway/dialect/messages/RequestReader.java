package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one call. For one thread at a time.
final class RequestReader {
  private final List<Leftover> leftovers = new ArrayList<>();
  private final BlockReader blocks = new BlockReader(leftovers);
  private final Fields body;

  RequestReader(JsonNode body) {
    this.body =
        new Fields(body, "")
            // A mark for the cache, who pays how much, and what may be forgotten of old turns.
            .needless("cache_control", "service_tier", "speed", "context_management");
  }

  ModelRequest read() {
    boolean stream = Boolean.TRUE.equals(body.flag("stream"));
    String model = body.requiredText("model");
    List<Part> system = system();
    List<ModelRequest.Turn> turns = turns();
    List<Tool> tools = tools();
    ToolUse use = toolUse();
    ModelRequest.Sampling sampling = sampling();
    Fields config = body.object("output_config");
    OutputForm form = form(config);
    ModelRequest.Reasoning reasoning = reasoning(config);
    String caller = caller();
    if (config != null) {
      config.rest(leftovers);
    }
    body.rest(leftovers);
    return new ModelRequest(
        model,
        system,
        turns,
        tools,
        use,
        sampling,
        reasoning,
        form,
        stream,
        // This dialect's streams always count.
        stream,
        caller,
        leftovers);
  }

  private List<Part> system() {
    JsonNode system = body.take("system");
    return system == null ? List.of() : blocks.content(system, "system");
  }

  private List<ModelRequest.Turn> turns() {
    if (body.take("messages") == null) {
      throw new DialectException("messages", "is required: a list");
    }
    List<ModelRequest.Turn> turns = new ArrayList<>();
    for (Fields message : body.objects("messages")) {
      ModelRequest.Role role =
          switch (message.requiredText("role")) {
            case "user" -> ModelRequest.Role.USER;
            case "assistant" -> ModelRequest.Role.ASSISTANT;
            case "system" -> ModelRequest.Role.SYSTEM;
            default ->
                throw new DialectException(
                    message.path("role"), "must be `user`, `assistant` or `system`");
          };
      List<Part> parts = blocks.content(message.take("content"), message.path("content"));
      message.rest(leftovers);
      turns.add(new ModelRequest.Turn(role, parts));
    }
    return turns;
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools")) {
      String type = tool.text("type");
      if (type == null || type.equals("custom")) {
        tools.add(tool(tool));
      } else {
        leftovers.add(new Leftover(tool.path(), false));
      }
    }
    return tools;
  }

  private Tool tool(Fields tool) {
    JsonNode schema = tool.take("input_schema");
    if (schema != null && !schema.isObject()) {
      throw new DialectException(tool.path("input_schema"), "must be an object");
    }
    Tool read =
        new Tool(
            tool.requiredText("name"),
            tool.text("description"),
            schema,
            tool.flag("strict"),
            blocks.cacheMark(tool));
    // How the arguments are streamed, and whether the schema is shown at once.
    tool.needless("eager_input_streaming", "defer_loading").rest(leftovers);
    return read;
  }

  private ToolUse toolUse() {
    Fields choice = body.object("tool_choice");
    if (choice == null) {
      return ToolUse.DEFAULT;
    }
    Boolean alone = choice.flag("disable_parallel_tool_use");
    Boolean parallel = alone == null ? null : !alone;
    ToolUse use =
        switch (choice.requiredText("type")) {
          case "auto" -> new ToolUse(ToolUse.Choice.AUTO, null, parallel);
          case "any" -> new ToolUse(ToolUse.Choice.REQUIRED, null, parallel);
          case "none" -> new ToolUse(ToolUse.Choice.NONE, null, parallel);
          case "tool" -> new ToolUse(ToolUse.Choice.NAMED, choice.requiredText("name"), parallel);
          default ->
              throw new DialectException(
                  choice.path("type"), "must be `auto`, `any`, `tool` or `none`");
        };
    choice.rest(leftovers);
    return use;
  }

  private ModelRequest.Sampling sampling() {
    return new ModelRequest.Sampling(
        body.whole("max_tokens", 1),
        body.number("temperature"),
        body.number("top_p"),
        body.whole("top_k", 0),
        body.texts("stop_sequences"),
        null,
        null,
        null,
        null,
        null);
  }

  private OutputForm form(@Nullable Fields config) {
    Fields format = config == null ? null : config.object("format");
    if (format == null) {
      // The name of the same field before it became generally available.
      format = body.object("output_format");
    }
    if (format == null) {
      return OutputForm.TEXT;
    }
    if (!format.requiredText("type").equals("json_schema")) {
      throw new DialectException(format.path("type"), "must be `json_schema`");
    }
    JsonNode schema = format.take("schema");
    if (schema == null || !schema.isObject()) {
      throw new DialectException(format.path("schema"), "must be an object");
    }
    format.rest(leftovers);
    return new OutputForm.Schema(null, null, schema, null);
  }

  private ModelRequest.@Nullable Reasoning reasoning(@Nullable Fields config) {
    String effort = config == null ? null : config.text("effort");
    String effortPath = config == null ? "" : config.path("effort");
    Fields thinking = body.object("thinking");
    if (thinking == null) {
      return effort == null ? null : effort(effort, effortPath);
    }
    thinking.needless("display");
    return switch (thinking.requiredText("type")) {
      case "adaptive" -> {
        thinking.rest(leftovers);
        // The vendor's own effort where none is said.
        yield effort == null
            ? new ModelRequest.Reasoning("high", null)
            : effort(effort, effortPath);
      }
      case "disabled" -> {
        other(thinking, effort, effortPath);
        yield new ModelRequest.Reasoning("none", null);
      }
      case "enabled" -> {
        Long budget = thinking.whole("budget_tokens", 1);
        if (budget == null) {
          throw new DialectException(thinking.path("budget_tokens"), "is required");
        }
        other(thinking, effort, effortPath);
        yield new ModelRequest.Reasoning(null, budget);
      }
      default ->
          throw new DialectException(
              thinking.path("type"), "must be `enabled`, `adaptive` or `disabled`");
    };
  }

  private void other(Fields thinking, @Nullable String effort, String effortPath) {
    thinking.rest(leftovers);
    if (effort != null) {
      leftovers.add(new Leftover(effortPath, true));
    }
  }

  private ModelRequest.Reasoning effort(String effort, String path) {
    return switch (effort) {
      case "low", "medium", "high" -> new ModelRequest.Reasoning(effort, null);
      case "xhigh", "max" -> {
        // No other dialect knows more than `high`.
        leftovers.add(new Leftover(path, true));
        yield new ModelRequest.Reasoning("high", null);
      }
      default ->
          throw new DialectException(path, "must be `low`, `medium`, `high`, `xhigh` or `max`");
    };
  }

  private @Nullable String caller() {
    Fields metadata = body.object("metadata");
    if (metadata == null) {
      return null;
    }
    String caller = metadata.text("user_id");
    List<Leftover> others = new ArrayList<>();
    metadata.rest(others);
    others.forEach(other -> leftovers.add(new Leftover(other.field(), true)));
    return caller;
  }
}

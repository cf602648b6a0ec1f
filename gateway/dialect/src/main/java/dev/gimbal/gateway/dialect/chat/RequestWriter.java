package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import org.jspecify.annotations.Nullable;

/// Writes one call for an upstream.
final class RequestWriter {
  /// The vendor wants a name for every schema.
  private static final String UNNAMED = "answer";

  private final ChatTarget target;
  private final Losses losses;
  private final ObjectNode call = Nodes.object();

  RequestWriter(ChatTarget target, Losses losses) {
    this.target = target;
    this.losses = losses;
  }

  ObjectNode write(ModelRequest request) {
    call.put("model", request.model());
    call.set("messages", new MessageWriter(target, losses).write(request));
    tools(request);
    toolUse(request.toolUse());
    form(request.form());
    sampling(request.sampling());
    reasoning(request.reasoning());
    if (request.stream()) {
      call.put("stream", true);
      if (request.streamUsage()) {
        call.putObject("stream_options").put("include_usage", true);
      }
    }
    if (request.caller() != null) {
      call.put("user", request.caller());
    }
    return call;
  }

  private void tools(ModelRequest request) {
    boolean hidden =
        request.toolUse().choice() == ToolUse.Choice.NONE
            && target.choice() == ChatTarget.Choice.AUTO;
    if (request.tools().isEmpty() || hidden) {
      return;
    }
    ArrayNode tools = call.putArray("tools");
    for (Tool tool : request.tools()) {
      ObjectNode written = tools.addObject().put("type", "function");
      ObjectNode function = written.putObject("function").put("name", tool.name());
      if (tool.description() != null) {
        function.put("description", tool.description());
      }
      if (tool.schema() != null) {
        function.set("parameters", tool.schema());
      }
      if (tool.strict() != null && !target.strictTools()) {
        // harmless: arguments are for the caller to check in any case
        losses.harmless(Feature.TOOL_STRICT);
      } else if (tool.strict() != null) {
        function.put("strict", tool.strict());
      }
      ContentWriter.mark(tool.cache(), written, target, losses);
    }
  }

  private void toolUse(ToolUse use) {
    if (!canChoose(use.choice())) {
      losses.harmful(Feature.TOOL_CHOICE);
      return;
    }
    if (use.choice() == ToolUse.Choice.NONE && target.choice() == ChatTarget.Choice.AUTO) {
      return;
    }
    switch (use.choice()) {
      case UNSAID -> {
        // the model's own way
      }
      case AUTO -> call.put("tool_choice", "auto");
      case NONE -> call.put("tool_choice", "none");
      case REQUIRED -> call.put("tool_choice", "required");
      case NAMED ->
          call.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", use.name());
    }
    if (use.parallel() != null) {
      call.put("parallel_tool_calls", use.parallel());
    }
  }

  private boolean canChoose(ToolUse.Choice choice) {
    return switch (choice) {
      case UNSAID, AUTO, NONE -> true;
      case REQUIRED -> target.choice() == ChatTarget.Choice.ANY;
      case NAMED ->
          target.choice() == ChatTarget.Choice.ANY
              || target.choice() == ChatTarget.Choice.NOT_REQUIRED;
    };
  }

  private void form(OutputForm form) {
    switch (form) {
      case OutputForm.Text ignored -> {
        // what is written anyway
      }
      case OutputForm.AnyJson ignored ->
          call.putObject("response_format").put("type", "json_object");
      case OutputForm.Schema schema -> {
        ObjectNode named =
            call.putObject("response_format")
                .put("type", "json_schema")
                .putObject("json_schema")
                .put("name", schema.name() == null ? UNNAMED : schema.name());
        if (schema.description() != null) {
          named.put("description", schema.description());
        }
        named.set("schema", schema.schema());
        if (schema.strict() != null) {
          named.put("strict", schema.strict());
        }
      }
    }
  }

  private void sampling(ModelRequest.Sampling sampling) {
    put(target.outputLimit(), sampling.maxTokens());
    put("temperature", sampling.temperature());
    put("top_p", sampling.topP());
    if (sampling.topK() != null && !target.knows(Feature.TOP_K)) {
      losses.harmful(Feature.TOP_K);
    } else {
      put("top_k", sampling.topK());
    }
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = call.putArray("stop");
      sampling.stop().forEach(stop::add);
    }
    put("seed", sampling.seed());
    put("presence_penalty", sampling.presencePenalty());
    put("frequency_penalty", sampling.frequencyPenalty());
    put("n", sampling.candidates());
    if (sampling.logprobs() != null) {
      call.put("logprobs", true);
      put("top_logprobs", sampling.logprobs() == 0 ? null : sampling.logprobs());
    }
  }

  private void reasoning(ModelRequest.@Nullable Reasoning reasoning) {
    if (reasoning == null) {
      return;
    }
    String effort = reasoning.effort();
    Long budget = reasoning.budgetTokens();
    boolean thinks = budget == null ? !"none".equals(effort) : budget > 0;
    if (effort == null && budget != null) {
      effort = effort(budget);
    }
    if (effort == null) {
      return;
    }
    switch (target.thinking()) {
      case EFFORT -> call.put("reasoning_effort", effort);
      case SWITCH_AND_BUDGET -> {
        call.put("enable_thinking", thinks);
        if (budget == null) {
          measureLost(thinks, budget);
        } else if (thinks) {
          call.put("thinking_budget", budget);
        }
      }
      case TYPE -> {
        call.putObject("thinking").put("type", thinks ? "enabled" : "disabled");
        measureLost(thinks, budget);
      }
      case TEMPLATE -> {
        call.putObject("chat_template_kwargs").put("enable_thinking", thinks);
        measureLost(thinks, budget);
      }
      case MODEL -> measureLost(true, budget);
    }
  }

  /// How much was asked for cannot be said; that it thinks at all, or not, was.
  private void measureLost(boolean thinks, @Nullable Long budget) {
    if (thinks) {
      losses.harmless(budget == null ? Feature.REASONING_EFFORT : Feature.REASONING_BUDGET);
    }
  }

  /// The greatest effort whose tokens lie within the budget.
  private static String effort(long budget) {
    if (budget >= 16_384) {
      return "high";
    }
    if (budget >= 4_096) {
      return "medium";
    }
    if (budget >= 1_024) {
      return "low";
    }
    return budget > 0 ? "minimal" : "none";
  }

  private void put(String field, @Nullable Long value) {
    if (value != null) {
      call.put(field, value);
    }
  }

  private void put(String field, @Nullable Double value) {
    if (value != null) {
      call.put(field, value);
    }
  }
}

package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import org.jspecify.annotations.Nullable;

/// Writes one call. For one thread at a time.
final class RequestWriter {
  /// With thinking the vendor takes no lower one.
  private static final double LEAST_TOP_P_WITH_THINKING = 0.95;

  private final ModelRequest request;
  private final Losses losses;
  private final ObjectNode body = JsonNodeFactory.instance.objectNode();

  RequestWriter(ModelRequest request, Losses losses) {
    this.request = request;
    this.losses = losses;
  }

  ObjectNode write() {
    ThinkingWriter thinking = ThinkingWriter.of(request, losses);
    body.put("model", request.model());
    body.put("max_tokens", thinking.maxTokens());
    tools();
    toolChoice(thinking);
    new TurnWriter(losses).write(request, body);
    sampling(thinking);
    thinking.thinking(body);
    outputConfig(thinking.effort());
    if (request.caller() != null) {
      body.putObject("metadata").put("user_id", request.caller());
    }
    if (request.stream()) {
      body.put("stream", true);
    }
    return body;
  }

  private void tools() {
    if (request.tools().isEmpty()) {
      return;
    }
    ArrayNode tools = body.putArray("tools");
    for (Tool tool : request.tools()) {
      ObjectNode written = tools.addObject().put("name", tool.name());
      if (tool.description() != null) {
        written.put("description", tool.description());
      }
      written.set("input_schema", schema(tool));
      if (tool.strict() != null) {
        written.put("strict", tool.strict());
      }
      BlockWriter.mark(written, tool.cache());
    }
  }

  // The field is required, and its `type` too.
  private static JsonNode schema(Tool tool) {
    JsonNode schema = tool.schema();
    if (schema instanceof ObjectNode object && !object.isEmpty()) {
      return object.has("type") ? object : object.deepCopy().put("type", "object");
    }
    ObjectNode none = JsonNodeFactory.instance.objectNode().put("type", "object");
    none.putObject("properties");
    return none;
  }

  private void toolChoice(ThinkingWriter thinking) {
    ToolUse use = request.toolUse();
    boolean forced =
        use.choice() == ToolUse.Choice.REQUIRED || use.choice() == ToolUse.Choice.NAMED;
    // The vendor refuses a choice where there are no tools; without tools these say nothing.
    if (request.tools().isEmpty() && !forced) {
      return;
    }
    if (forced && thinking.hasBudget()) {
      losses.harmful(Feature.TOOL_CHOICE);
    }
    String type =
        switch (use.choice()) {
          case UNSAID -> use.parallel() == null ? null : "auto";
          case AUTO -> "auto";
          case NONE -> "none";
          case REQUIRED -> "any";
          case NAMED -> "tool";
        };
    if (type == null) {
      return;
    }
    ObjectNode choice = body.putObject("tool_choice").put("type", type);
    if (use.name() != null) {
      choice.put("name", use.name());
    }
    if (use.parallel() != null && use.choice() != ToolUse.Choice.NONE) {
      choice.put("disable_parallel_tool_use", !use.parallel());
    }
  }

  private void sampling(ThinkingWriter thinking) {
    ModelRequest.Sampling sampling = request.sampling();
    if (sampling.logprobs() != null) {
      losses.harmful(Feature.LOGPROBS);
    }
    number("temperature", sampling.temperature(), Feature.TEMPERATURE, fits(sampling, thinking));
    number(
        "top_p",
        sampling.topP(),
        Feature.TOP_P,
        !thinking.thinks() || atLeast(sampling.topP(), LEAST_TOP_P_WITH_THINKING));
    if (sampling.topK() != null) {
      if (thinking.thinks()) {
        losses.harmful(Feature.TOP_K);
      } else {
        body.put("top_k", sampling.topK());
      }
    }
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop_sequences");
      sampling.stop().forEach(stop::add);
    }
    unsayable(sampling.seed(), Feature.SEED);
    unsayable(sampling.presencePenalty(), Feature.PRESENCE_PENALTY);
    unsayable(sampling.frequencyPenalty(), Feature.FREQUENCY_PENALTY);
    Long candidates = sampling.candidates();
    unsayable(candidates == null || candidates == 1 ? null : candidates, Feature.CANDIDATES);
  }

  // Up to 1 here, and with thinking nothing but 1.
  private static boolean fits(ModelRequest.Sampling sampling, ThinkingWriter thinking) {
    Double temperature = sampling.temperature();
    return temperature == null || temperature == 1 || (temperature < 1 && !thinking.thinks());
  }

  private static boolean atLeast(@Nullable Double value, double least) {
    return value == null || value >= least;
  }

  private void number(String name, @Nullable Double value, Feature feature, boolean fits) {
    if (value == null) {
      return;
    }
    if (fits) {
      body.put(name, value);
    } else {
      losses.harmful(feature);
    }
  }

  private void unsayable(@Nullable Number value, Feature feature) {
    // A penalty of zero is none.
    if (value != null && (feature == Feature.SEED || value.doubleValue() != 0)) {
      losses.harmful(feature);
    }
  }

  private void outputConfig(@Nullable String effort) {
    if (request.form() instanceof OutputForm.AnyJson) {
      losses.harmful(Feature.JSON_OBJECT);
    }
    if (effort == null && !(request.form() instanceof OutputForm.Schema)) {
      return;
    }
    ObjectNode config = body.putObject("output_config");
    if (effort != null) {
      config.put("effort", effort);
    }
    if (request.form() instanceof OutputForm.Schema schema) {
      ObjectNode format = config.putObject("format").put("type", "json_schema");
      format.set("schema", schema.described());
    }
  }
}

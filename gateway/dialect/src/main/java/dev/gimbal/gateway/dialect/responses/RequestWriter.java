package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.ModelRequest.Reasoning;
import dev.gimbal.gateway.dialect.ModelRequest.Sampling;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one call. For one use.
final class RequestWriter {
  // Half way, by ratio, between the 1,024, 4,096 and 16,384 tokens that are low, medium and high.
  private static final long MOST_LOW = 2_048;
  private static final long MOST_MEDIUM = 8_192;

  private final Losses losses;
  private final ObjectNode body = Nodes.object();

  RequestWriter(Losses losses) {
    this.losses = losses;
  }

  ObjectNode write(ModelRequest request) {
    body.put("model", request.model());
    InputWriter input = new InputWriter(losses);
    system(request.system(), input);
    request.turns().forEach(input::turn);
    body.set("input", input.items());
    tools(request.tools());
    use(request.toolUse());
    sampling(request.sampling());
    reasoning(request.reasoning());
    form(request.form());
    // The vendor keeps answers unless told not to, which no caller of another dialect asked for.
    body.put("store", false);
    if (request.stream()) {
      body.put("stream", true);
    }
    Nodes.put(body, "user", request.caller());
    return body;
  }

  /// One text has a field of its own; several keep their bounds as one message in front.
  private void system(List<Part> system, InputWriter input) {
    if (system.size() == 1 && system.getFirst() instanceof Part.Text text && text.cache() == null) {
      body.put("instructions", text.text());
    } else if (!system.isEmpty()) {
      input.shown("system", system);
    }
  }

  private void tools(List<Tool> tools) {
    if (tools.isEmpty()) {
      return;
    }
    ArrayNode list = body.putArray("tools");
    for (Tool tool : tools) {
      if (tool.cache() != null) {
        losses.harmless(Feature.CACHE_MARK);
      }
      ObjectNode node = Nodes.typed("function").put("name", tool.name());
      Nodes.put(node, "description", tool.description());
      if (tool.schema() != null) {
        node.set("parameters", tool.schema());
      }
      // Left unsaid, the vendor makes the schema strict here, and with that each optional
      // argument a required one; in all other dialects unsaid is not strict.
      node.put("strict", Boolean.TRUE.equals(tool.strict()));
      list.add(node);
    }
  }

  private void use(ToolUse use) {
    switch (use.choice()) {
      case UNSAID -> {
        // said by its absence
      }
      case AUTO -> body.put("tool_choice", "auto");
      case NONE -> body.put("tool_choice", "none");
      case REQUIRED -> body.put("tool_choice", "required");
      case NAMED ->
          body.set("tool_choice", Nodes.typed("function").put("name", String.valueOf(use.name())));
    }
    if (use.parallel() != null) {
      body.put("parallel_tool_calls", use.parallel());
    }
  }

  private void sampling(Sampling sampling) {
    if (sampling.maxTokens() != null) {
      body.put("max_output_tokens", sampling.maxTokens());
    }
    if (sampling.temperature() != null) {
      body.put("temperature", sampling.temperature());
    }
    if (sampling.topP() != null) {
      body.put("top_p", sampling.topP());
    }
    lost(sampling.topK() != null, Feature.TOP_K);
    lost(!sampling.stop().isEmpty(), Feature.STOP);
    lost(sampling.seed() != null, Feature.SEED);
    lost(sampling.presencePenalty() != null, Feature.PRESENCE_PENALTY);
    lost(sampling.frequencyPenalty() != null, Feature.FREQUENCY_PENALTY);
    lost(sampling.candidates() != null && sampling.candidates() != 1, Feature.CANDIDATES);
    if (sampling.logprobs() != null) {
      body.withArray("include").add(Nodes.LOGPROBS);
      if (sampling.logprobs() > 0) {
        body.put("top_logprobs", sampling.logprobs());
      }
    }
  }

  private void lost(boolean asked, Feature feature) {
    if (asked) {
      losses.harmful(feature);
    }
  }

  private void reasoning(@Nullable Reasoning reasoning) {
    if (reasoning == null) {
      return;
    }
    String effort = effort(reasoning);
    body.putObject("reasoning").put("effort", effort);
    // Nothing is kept at the vendor's, so the thoughts have to come along to go on from. A model
    // that does not think refuses to be asked for them.
    if (!"none".equals(effort)) {
      body.withArray("include").add("reasoning.encrypted_content");
    }
  }

  private static String effort(Reasoning reasoning) {
    if (reasoning.effort() != null) {
      return reasoning.effort();
    }
    long budget = reasoning.budgetTokens() == null ? MOST_MEDIUM : reasoning.budgetTokens();
    if (budget <= 0) {
      return "none";
    }
    if (budget <= MOST_LOW) {
      return "low";
    }
    return budget <= MOST_MEDIUM ? "medium" : "high";
  }

  private void form(OutputForm form) {
    switch (form) {
      case OutputForm.Text ignored -> {
        // said by its absence
      }
      case OutputForm.AnyJson ignored ->
          body.putObject("text").set("format", Nodes.typed("json_object"));
      case OutputForm.Schema schema -> body.putObject("text").set("format", schema(schema));
    }
  }

  private static ObjectNode schema(OutputForm.Schema schema) {
    // The vendor asks for a name; the model sees it.
    String name = schema.name() == null ? "answer" : schema.name();
    ObjectNode node = Nodes.typed("json_schema").put("name", name);
    Nodes.put(node, "description", schema.description());
    node.set("schema", schema.schema());
    if (schema.strict() != null) {
      node.put("strict", schema.strict());
    }
    return node;
  }
}

package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.ModelRequest.Reasoning;
import dev.gimbal.gateway.dialect.ModelRequest.Sampling;
import dev.gimbal.gateway.dialect.OutputForm;
import org.jspecify.annotations.Nullable;

/// Writes the `generationConfig` of one call; what was not asked for is not in it.
final class GenerationWriter {
  private final ObjectNode config = Nodes.object();

  private GenerationWriter() {}

  static ObjectNode write(ModelRequest request) {
    GenerationWriter writer = new GenerationWriter();
    writer.sampling(request.sampling());
    writer.form(request.form());
    if (request.reasoning() != null) {
      writer.reasoning(request.reasoning(), request.model());
    }
    return writer.config;
  }

  private void sampling(Sampling sampling) {
    whole("maxOutputTokens", sampling.maxTokens());
    number("temperature", sampling.temperature());
    number("topP", sampling.topP());
    whole("topK", sampling.topK());
    if (!sampling.stop().isEmpty()) {
      ArrayNode stops = config.putArray("stopSequences");
      sampling.stop().forEach(stops::add);
    }
    whole("seed", sampling.seed());
    number("presencePenalty", sampling.presencePenalty());
    number("frequencyPenalty", sampling.frequencyPenalty());
    if (sampling.candidates() != null && sampling.candidates() > 1) {
      whole("candidateCount", sampling.candidates());
    }
    if (sampling.logprobs() != null) {
      config.put("responseLogprobs", true);
      whole("logprobs", sampling.logprobs() == 0 ? null : sampling.logprobs());
    }
  }

  private void whole(String name, @Nullable Long value) {
    if (value != null) {
      config.put(name, value);
    }
  }

  private void number(String name, @Nullable Double value) {
    if (value != null) {
      config.put(name, value);
    }
  }

  private void form(OutputForm form) {
    switch (form) {
      case OutputForm.Text ignored -> {
        // The vendor's own way.
      }
      case OutputForm.AnyJson ignored -> config.put("responseMimeType", "application/json");
      case OutputForm.Schema schema -> {
        config.put("responseMimeType", "application/json");
        config.set("responseJsonSchema", schema.described());
      }
    }
  }

  private void reasoning(Reasoning reasoning, String model) {
    ObjectNode thinking = Nodes.object();
    @Nullable String effort = reasoning.effort();
    if (reasoning.budgetTokens() != null) {
      thinking.put("thinkingBudget", reasoning.budgetTokens());
    } else if ("none".equals(effort)) {
      config.putObject("thinkingConfig").put("thinkingBudget", 0);
      return;
    } else if (effort != null) {
      level(effort, model, thinking);
    }
    config.set("thinkingConfig", thinking.put("includeThoughts", true));
  }

  private static void level(String effort, String model, ObjectNode thinking) {
    if (!Models.knowsBudgetOnly(model)) {
      thinking.put("thinkingLevel", effort);
      return;
    }
    thinking.put(
        "thinkingBudget",
        switch (effort) {
          // The least that every model of that generation takes.
          case "minimal" -> 512L;
          case "low" -> 1_024L;
          case "medium" -> 4_096L;
          default -> 16_384L;
        });
  }
}

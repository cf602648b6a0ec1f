package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest.Reasoning;
import dev.gimbal.gateway.dialect.ModelRequest.Sampling;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the `generationConfig` of one call.
final class GenerationReader {
  private static final Set<String> HARMLESS =
      Set.of("mediaResolution", "enableEnhancedCivicAnswers");

  private final List<Leftover> leftovers;
  private Sampling sampling = Sampling.DEFAULT;
  private @Nullable Reasoning reasoning;
  private OutputForm form = OutputForm.TEXT;

  GenerationReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  Sampling sampling() {
    return sampling;
  }

  @Nullable Reasoning reasoning() {
    return reasoning;
  }

  OutputForm form() {
    return form;
  }

  void read(Fields config) {
    sampling =
        new Sampling(
            config.positive("maxOutputTokens"),
            config.number("temperature"),
            config.number("topP"),
            config.whole("topK"),
            config.texts("stopSequences"),
            config.whole("seed"),
            config.number("presencePenalty"),
            config.number("frequencyPenalty"),
            several(config),
            logprobs(config));
    if (!config.texts("responseModalities").stream().allMatch("TEXT"::equalsIgnoreCase)) {
      leave(config, "responseModalities", false);
    }
    form(config);
    Fields thinking = config.object("thinkingConfig");
    if (thinking != null) {
      thinking(thinking);
    }
    config.leave(leftovers, HARMLESS);
  }

  private static @Nullable Long several(Fields config) {
    Long candidates = config.positive("candidateCount");
    return candidates == null || candidates == 1 ? null : candidates;
  }

  private static @Nullable Long logprobs(Fields config) {
    return Boolean.TRUE.equals(config.flag("responseLogprobs"))
        ? TokenLogprob.top(config.whole("logprobs"), config.path("logprobs"))
        : null;
  }

  private void leave(Fields fields, String name, boolean harmless) {
    leftovers.add(new Leftover(fields.path(name), harmless));
  }

  private void form(Fields config) {
    @Nullable String type = config.text("responseMimeType");
    JsonNode openApi = config.take("responseSchema");
    JsonNode json = config.take("responseJsonSchema");
    if (openApi != null && json != null) {
      throw config.wrong("responseSchema", "must not stand beside responseJsonSchema");
    }
    if (type != null && !type.equals("text/plain") && !type.equals("application/json")) {
      leave(config, "responseMimeType", false);
    } else if (openApi != null) {
      form = schema(Schemas.json(openApi, config.path("responseSchema")));
    } else if (json != null) {
      form = schema(json);
    } else if ("application/json".equals(type)) {
      form = new OutputForm.AnyJson();
    }
  }

  private static OutputForm schema(JsonNode schema) {
    return new OutputForm.Schema(null, null, schema, null);
  }

  private void thinking(Fields thinking) {
    @Nullable Long budget = thinking.whole("thinkingBudget");
    @Nullable String level = level(thinking);
    if (budget != null && level != null) {
      throw thinking.wrong("thinkingLevel", "must not stand beside thinkingBudget");
    }
    if (budget != null && budget < -1) {
      throw thinking.wrong("thinkingBudget", "must be at least -1");
    }
    if (level != null) {
      reasoning = new Reasoning(level, null);
    } else if (budget != null && budget >= 0) {
      reasoning = budget == 0 ? new Reasoning("none", null) : new Reasoning(null, budget);
    }
    // Whoever is asked to think shows it; otherwise that is left to the target.
    @Nullable Boolean shown = thinking.flag("includeThoughts");
    boolean thinks = reasoning != null && !"none".equals(reasoning.effort());
    if (shown != null && shown != thinks) {
      leave(thinking, "includeThoughts", true);
    }
    thinking.leave(leftovers, Set.of());
  }

  private static @Nullable String level(Fields thinking) {
    @Nullable String level = thinking.text("thinkingLevel");
    if (level == null) {
      return null;
    }
    return switch (level.toLowerCase(Locale.ROOT)) {
      case "minimal" -> "minimal";
      case "low" -> "low";
      case "medium" -> "medium";
      case "high" -> "high";
      case "thinking_level_unspecified" -> null;
      default -> throw thinking.wrong("thinkingLevel", "must be minimal, low, medium or high");
    };
  }
}

package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import org.jspecify.annotations.Nullable;

/// How much the model may write and how much of it may be thinking.
///
/// @param maxTokens of the output, thinking among them
/// @param type of the thinking: `enabled`, `adaptive`, `disabled`; null: not said
/// @param budget with `enabled`
/// @param effort null: not said
record ThinkingWriter(
    long maxTokens, @Nullable String type, @Nullable Long budget, @Nullable String effort) {
  /// The vendor refuses less.
  private static final long LEAST_BUDGET = 1_024;

  private static final long MEDIUM = 4_096;
  private static final long HIGH = 16_384;

  static ThinkingWriter of(ModelRequest request, Losses losses) {
    Long asked = request.sampling().maxTokens();
    long maxTokens = asked == null ? MessagesDialect.DEFAULT_MAX_TOKENS : asked;
    ModelRequest.Reasoning reasoning = request.reasoning();
    if (reasoning == null) {
      return new ThinkingWriter(maxTokens, null, null, null);
    }
    Long given = reasoning.budgetTokens();
    if (given == null ? "none".equals(reasoning.effort()) : given == 0) {
      return new ThinkingWriter(maxTokens, "disabled", null, null);
    }
    ModelKind kind = ModelKind.of(request.model());
    if (kind == ModelKind.EFFORTS || (given == null && kind == ModelKind.BOTH)) {
      return adaptive(maxTokens, reasoning, losses);
    }
    long budget = Math.max(LEAST_BUDGET, given == null ? tokens(reasoning.effort()) : given);
    if (asked == null) {
      return new ThinkingWriter(
          budget + MessagesDialect.DEFAULT_MAX_TOKENS, "enabled", budget, null);
    }
    if (budget < asked) {
      return new ThinkingWriter(asked, "enabled", budget, null);
    }
    // The vendor refuses a budget that is not below the limit of the output.
    if (kind == ModelKind.BOTH) {
      return adaptive(asked, reasoning, losses);
    }
    if (asked > LEAST_BUDGET) {
      return new ThinkingWriter(asked, "enabled", asked - 1, null);
    }
    losses.harmless(given == null ? Feature.REASONING_EFFORT : Feature.REASONING_BUDGET);
    return new ThinkingWriter(asked, "disabled", null, null);
  }

  private static ThinkingWriter adaptive(
      long maxTokens, ModelRequest.Reasoning reasoning, Losses losses) {
    return new ThinkingWriter(maxTokens, "adaptive", null, effort(reasoning, losses));
  }

  private static @Nullable String effort(ModelRequest.Reasoning reasoning, Losses losses) {
    Long budget = reasoning.budgetTokens();
    if (budget != null) {
      return budget < MEDIUM ? "low" : budget < HIGH ? "medium" : "high";
    }
    if ("minimal".equals(reasoning.effort())) {
      losses.harmless(Feature.REASONING_EFFORT);
      return "low";
    }
    return reasoning.effort();
  }

  private static long tokens(@Nullable String effort) {
    return switch (effort) {
      case "minimal", "low" -> LEAST_BUDGET;
      case "medium" -> MEDIUM;
      case null, default -> HIGH;
    };
  }

  boolean thinks() {
    return type != null && !type.equals("disabled");
  }

  /// With a budget the vendor refuses that a tool is forced.
  boolean hasBudget() {
    return budget != null;
  }

  void thinking(ObjectNode body) {
    if (type == null) {
      return;
    }
    ObjectNode thinking = body.putObject("thinking").put("type", type);
    if (budget != null) {
      thinking.put("budget_tokens", budget);
    }
  }
}

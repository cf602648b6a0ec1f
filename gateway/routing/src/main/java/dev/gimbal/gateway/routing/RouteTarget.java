package dev.gimbal.gateway.routing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One of the models that a route may send a call to.
///
/// @param model `provider/model`
/// @param weight its share, 1 to 1,000; 0: only when the others cannot
/// @param contextTokens what prompt and answer together may have; null: unknown, so anything fits
/// @param capabilities what it can do beyond text; null: unknown, so anything fits
public record RouteTarget(
    String model,
    int weight,
    @Nullable Long contextTokens,
    @Nullable Set<Capability> capabilities,
    Condition when) {
  private static final int MOST_WEIGHT = 1_000;
  private static final int LONGEST_MODEL = 200;

  public RouteTarget {
    int slash = model.indexOf('/');
    if (slash <= 0 || slash == model.length() - 1 || model.startsWith("app:")) {
      throw new InvalidRouteException(
          "model", "must be provider/model: a route does not lead to a route or an application");
    }
    if (model.length() > LONGEST_MODEL) {
      throw new InvalidRouteException("model", "must have at most 200 characters");
    }
    if (weight < 0 || weight > MOST_WEIGHT) {
      throw new InvalidRouteException("weight", "must be 0 to 1000, but is " + weight);
    }
    if (contextTokens != null && contextTokens < 1) {
      throw new InvalidRouteException(
          "context_tokens", "must be at least 1, but is " + contextTokens);
    }
    capabilities = capabilities == null ? null : Set.copyOf(capabilities);
  }

  /// A target that takes every call, of weight 1.
  public static RouteTarget of(String model) {
    return new RouteTarget(model, 1, null, null, Condition.ALWAYS);
  }

  /// Whether a call fits it: its length and what it needs.
  boolean fits(CallFacts facts) {
    CallFacts.Size size = facts.size();
    boolean room =
        contextTokens == null || size.promptTokens() + size.outputTokens() <= contextTokens;
    return room && (capabilities == null || capabilities.containsAll(facts.needs().get()));
  }
}

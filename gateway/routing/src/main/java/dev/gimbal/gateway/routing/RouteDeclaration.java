package dev.gimbal.gateway.routing;

import dev.gimbal.platform.ids.Slug;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model name of a tenant's own and the targets that answer for it. A target is always a
/// provider's model, so a route cannot lead to itself.
///
/// @param name a slug that does not begin with `app:`
/// @param targets 1 to 20, no model twice
/// @param sticky null: nobody is held on a target
/// @param escalation null: the first answer counts
/// @param retries how often the last target left is asked again, 0 to 5
/// @param timeLimits null: those of every other call
public record RouteDeclaration(
    String name,
    List<RouteTarget> targets,
    Policy policy,
    @Nullable Sticky sticky,
    @Nullable Escalation escalation,
    int retries,
    @Nullable TimeLimits timeLimits) {
  /// Where a declaration says nothing.
  public static final int RETRIES = 2;

  private static final int MOST_TARGETS = 20;
  private static final int MOST_RETRIES = 5;

  public RouteDeclaration {
    if (Slug.of(name).isEmpty() || name.startsWith("app:")) {
      throw new InvalidRouteException(
          "name", "must be a name of a-z 0-9 . _ : - that does not begin with app:");
    }
    if (targets.isEmpty() || targets.size() > MOST_TARGETS) {
      throw new InvalidRouteException(
          "targets", "must be 1 to " + MOST_TARGETS + ", but there are " + targets.size());
    }
    targets = List.copyOf(targets);
    Set<String> models = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      if (!models.add(targets.get(i).model())) {
        throw new InvalidRouteException("targets[" + i + "].model", "stands there twice");
      }
    }
    if (sticky != null && policy != Policy.WEIGHTED) {
      throw new InvalidRouteException("sticky", "goes with the policy weighted only");
    }
    if (escalation != null && (policy != Policy.ORDERED || targets.size() < 2)) {
      throw new InvalidRouteException(
          "escalation", "goes with the policy ordered and at least 2 targets, the small one first");
    }
    if (retries < 0 || retries > MOST_RETRIES) {
      throw new InvalidRouteException("retries", "must be 0 to 5, but is " + retries);
    }
  }

  /// A route that takes as long as every other call.
  public RouteDeclaration(
      String name,
      List<RouteTarget> targets,
      Policy policy,
      @Nullable Sticky sticky,
      @Nullable Escalation escalation,
      int retries) {
    this(name, targets, policy, sticky, escalation, retries, null);
  }

  /// A plain route.
  public static RouteDeclaration of(String name, Policy policy, List<RouteTarget> targets) {
    return new RouteDeclaration(name, targets, policy, null, null, RETRIES);
  }
}

package dev.gimbal.gateway.guard;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Guards that look at a call together, made ready for all its texts. Immutable; thread-safe.
public final class GuardSet {
  /// No guards.
  public static final GuardSet NONE = new GuardSet(List.of());

  private final Map<Place, Plan> plans = new EnumMap<>(Place.class);
  private final boolean pseudonyms;

  public GuardSet(List<GuardDeclaration> guards) {
    for (Place place : Place.values()) {
      List<GuardDeclaration> here =
          guards.stream().filter(guard -> guard.places().contains(place)).toList();
      if (!here.isEmpty()) {
        plans.put(place, new Plan(here));
      }
    }
    pseudonyms =
        guards.stream()
            .anyMatch(guard -> guard.rule() instanceof GuardRule.Pii pii && pii.pseudonyms());
  }

  public boolean isEmpty() {
    return plans.isEmpty();
  }

  /// Whether a guard looks at a place.
  public boolean looksAt(Place place) {
    return plans.containsKey(place);
  }

  /// Whether a guard looks at anything a model gives, or may have to put texts back.
  public boolean looksAtAnswers() {
    return looksAt(Place.ANSWER) || looksAt(Place.TOOL_ARGUMENTS) || pseudonyms;
  }

  /// Whether a guard may take something out of what a model says, or stop it.
  public boolean changesAnswers() {
    return acts(Place.ANSWER) || acts(Place.TOOL_ARGUMENTS);
  }

  private boolean acts(Place place) {
    Plan plan = plans.get(place);
    return plan != null && plan.acts();
  }

  /// Whether a guard looks at anything a caller sends.
  public boolean looksAtPrompts() {
    return looksAt(Place.PROMPT)
        || looksAt(Place.RETRIEVED)
        || looksAt(Place.TOOL_RESULTS)
        || looksAt(Place.TOOL_ARGUMENTS);
  }

  @Nullable Plan plan(Place place) {
    return plans.get(place);
  }
}

package dev.gimbal.gateway.guard;

import java.util.EnumSet;
import java.util.Set;

/// A guard as it was declared. Immutable; checked when it is made, with messages that begin with
/// the name of the field that is wrong and a colon.
///
/// @param name a slug
/// @param places where it looks
/// @param failsClosed whether a text that it cannot judge is refused
/// @param deadlineMillis how long a classifier or another server may take, 10 to 60,000
public record GuardDeclaration(
    String name,
    GuardRule rule,
    Set<Place> places,
    Action action,
    boolean failsClosed,
    int deadlineMillis) {

  /// Deadline where none is declared.
  public static final int DEADLINE_MILLIS = 2_000;

  public GuardDeclaration {
    places = Set.copyOf(places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("places: must name at least one");
    }
    if (deadlineMillis < 10 || deadlineMillis > 60_000) {
      throw new IllegalArgumentException("deadline_millis: must be 10 to 60000");
    }
    if (action == Action.REDACT && !redacts(rule)) {
      throw new IllegalArgumentException(
          "action: a guard of kind " + rule.kind() + " knows no range that could be redacted");
    }
    boolean schema = rule instanceof GuardRule.JsonSchema;
    if (schema && !EnumSet.of(Place.ANSWER, Place.TOOL_ARGUMENTS).containsAll(places)) {
      throw new IllegalArgumentException("places: a schema is of answers and tool arguments");
    }
  }

  private static boolean redacts(GuardRule rule) {
    return switch (rule) {
      case GuardRule.Pii pii -> true;
      case GuardRule.Secrets secrets -> true;
      case GuardRule.Deny deny -> true;
      case GuardRule.Injection injection -> injection.classifier() == null;
      case GuardRule.Http http -> true;
      case GuardRule.Topic topic -> false;
      case GuardRule.Length length -> false;
      case GuardRule.Language language -> false;
      case GuardRule.JsonSchema schema -> false;
    };
  }
}
